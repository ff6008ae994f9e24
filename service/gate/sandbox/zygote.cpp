#include "service/gate/sandbox/mountcalls.h"
#include "service/gate/sandbox/privileges.h"
#include "service/gate/sandbox/runinit.h"
#include "service/gate/sandbox/sandboxpool.h"
#include "service/gate/sandbox/seccompfilter.h"
#include "service/gate/sandbox/zygoteprotocol.h"
#include "shared/base/process.h"
#include "shared/wire/frame.h"

#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

/** First process of a sandbox: waits for requests and forks a run for each. Its end, or the gate's, ends them all. */
class Zygote {
public:
    explicit Zygote(UniqueFd socket) : m_channel(std::move(socket)) {}

    /** Until the gate is gone. */
    void serve();

private:
    Result<void> prepare();
    Result<void> answerWaiting();
    Result<UniqueFd> startRun(std::string_view bytes);
    Result<void> send(const FromZygote& message, std::vector<UniqueFd> fds = {});
    Result<void> waitFor(short events);

    wire::FdChannel m_channel;
    std::vector<sock_filter> m_filter;
};

Result<void> makeEmptyThings() {
    const std::string folder = emptyThings;
    if (::mkdir((folder + "/folder").c_str(), 0555) < 0)
        return failErrno("cannot prepare the sandbox's own folder");
    UniqueFd file(::open((folder + "/file").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
    if (!file)
        return failErrno("cannot prepare the sandbox's own folder");
    file.reset(); // a mount with a writer cannot become read-only
    return sealMount(folder);
}

Result<void> Zygote::prepare() {
    standInFront();
    forbidTracing();
    ::signal(SIGCHLD, SIG_IGN); // ended runs need no reaping: the gate holds their pidfds
    ::signal(SIGPIPE, SIG_IGN);
    if (auto done = makeMountsPrivate(); !done)
        return done;
    if (auto done = makeEmptyThings(); !done)
        return done;
    auto filter = buildSeccompFilter();
    if (!filter)
        return std::unexpected(filter.error());
    m_filter = std::move(*filter);
    return {};
}

void Zygote::serve() {
    if (auto done = prepare(); !done) {
        (void)send(ZygoteFailure{done.error().kind, done.error().text});
        return;
    }
    auto alive = send(ZygoteReady{});
    while (alive) {
        alive = waitFor(POLLIN);
        if (alive)
            alive = m_channel.receive();
        if (const auto answered = answerWaiting(); !answered)
            return;
    }
}

Result<void> Zygote::answerWaiting() {
    for (;;) {
        auto request = m_channel.take();
        if (!request)
            return std::unexpected(request.error());
        if (!*request)
            return {};
        auto run = startRun(**request);
        std::vector<UniqueFd> fds;
        FromZygote answer = RunForked{};
        if (run)
            fds.push_back(std::move(*run));
        else
            answer = ZygoteFailure{run.error().kind, run.error().text};
        if (auto sent = send(answer, std::move(fds)); !sent)
            return sent;
    }
}

Result<UniqueFd> Zygote::startRun(std::string_view bytes) {
    auto shell = decodeStartShell(bytes);
    if (!shell)
        return std::unexpected(shell.error());
    RunStart start{std::move(*shell), {}};
    const std::size_t expected = fixedDescriptors + start.shell.numbers.size();
    while (start.fds.size() < expected) {
        auto fd = m_channel.takeFd();
        if (!fd)
            return fail(ErrorKind::Invalid, "a run without its descriptors");
        start.fds.push_back(std::move(*fd));
    }
    int pidfd = -1;
    const long pid =
        ::syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_PIDFD | SIGCHLD, nullptr, &pidfd, 0, 0);
    if (pid < 0)
        return failErrno("cannot make the run's own namespaces");
    if (pid == 0) {
        // The channel is closed with everything else that the run does not get.
        runInit(std::move(start), m_filter);
    }
    return UniqueFd(pidfd);
}

Result<void> Zygote::send(const FromZygote& message, std::vector<UniqueFd> fds) {
    m_channel.send(encode(message), std::move(fds));
    for (;;) {
        auto sent = m_channel.flush();
        if (!sent || !m_channel.wantsToWrite())
            return sent;
        if (auto ready = waitFor(POLLOUT); !ready)
            return ready;
    }
}

Result<void> Zygote::waitFor(short events) {
    pollfd entry{m_channel.fd(), events, 0};
    while (::poll(&entry, 1, -1) < 0) {
        if (errno != EINTR)
            return failErrno("cannot wait for the gate");
    }
    return {};
}

} // namespace

int zygoteMain(int socketFd) {
    ::fcntl(socketFd, F_SETFD, FD_CLOEXEC);
    Zygote zygote{UniqueFd(socketFd)};
    zygote.serve();
    ::_exit(0); // not exit(): a leak checker would want to trace, and there is nothing to flush
}

} // namespace exeat::gate
