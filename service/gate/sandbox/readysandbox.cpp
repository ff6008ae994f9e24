#include "service/gate/sandbox/readysandbox.h"

#include "service/gate/sandbox/buildfailure.h"
#include "service/gate/sandbox/bwrapargs.h"
#include "service/gate/sandbox/spawn.h"
#include "shared/base/process.h"
#include "shared/base/text.h"
#include "shared/wire/lastof.h"

#include <algorithm>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

using Clock = std::chrono::steady_clock;

/** True if one of `events` (or a hang-up) came before the deadline. */
bool waitFor(int fd, short events, ReadySandbox::Deadline deadline) {
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd entry{fd, events, 0};
        const int ready = ::poll(&entry, 1, static_cast<int>(std::max<decltype(left)>(left, 0)));
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

/** The shell is there when the report ends without a word. */
Result<void> awaitReport(const UniqueFd& report, ReadySandbox::Deadline deadline) {
    std::string words;
    for (;;) {
        if (!waitFor(report.get(), POLLIN, deadline))
            return fail(ErrorKind::Unavailable, "the sandbox did not start the shell in time");
        char chunk[4096];
        const ssize_t got = ::read(report.get(), chunk, sizeof chunk);
        if (got <= 0)
            break;
        words.append(chunk, static_cast<std::size_t>(got));
    }
    if (words.empty())
        return {};
    const auto kind = std::clamp(static_cast<int>(words[0]), 0, static_cast<int>(wire::LastOf<ErrorKind>::value));
    return fail(static_cast<ErrorKind>(kind), visible(std::string_view(words).substr(1)));
}

/** proc_pid_fdinfo(5): the pid as this process sees it. */
int pidOf(const UniqueFd& pidfd) {
    const auto info = readFile("/proc/self/fdinfo/" + std::to_string(pidfd.get()), 4096);
    const auto at = info ? info->find("\nPid:") : std::string::npos;
    return at == std::string::npos ? -1 : std::atoi(info->c_str() + at + 5);
}

Result<StartShell> toShell(const InsideStart& start, std::vector<MountStep> steps) {
    if (!start.argv.empty() && !start.argv[0].starts_with('/'))
        return fail(ErrorKind::Invalid, "the shell of a run is named by its absolute path");
    if (start.inherited.size() + fixedDescriptors > limits::fdsPerMessage)
        return fail(ErrorKind::Limit, "a run inherits too many descriptors");
    StartShell shell{start.argv, start.environment, start.workdir, std::move(steps), start.spec.mode, {}};
    for (const auto& inherited : start.inherited) {
        if (inherited.number < 3 || inherited.number > static_cast<int>(limits::inheritedFds) || !inherited.fd)
            return fail(ErrorKind::Invalid, "a run inherits a descriptor at an impossible number");
        shell.numbers.push_back(inherited.number);
    }
    return shell;
}

/** In the order of StartShell. */
Result<std::vector<UniqueFd>> copies(const InsideStart& start, const UniqueFd& status, const UniqueFd& report) {
    std::vector<const UniqueFd*> originals{&start.input, &start.output, &start.error, &status, &report};
    for (const auto& inherited : start.inherited)
        originals.push_back(&inherited.fd);
    std::vector<UniqueFd> fds;
    for (const UniqueFd* original : originals) {
        auto copy = original->duplicate();
        if (!copy)
            return std::unexpected(copy.error());
        fds.push_back(std::move(*copy));
    }
    return fds;
}

} // namespace

Result<std::unique_ptr<ReadySandbox>> ReadySandbox::build(const std::string& bwrapPath, const std::string& zygotePath,
                                                          NetworkAccess network, Deadline deadline) {
    if (::access(bwrapPath.c_str(), X_OK) < 0)
        return std::unexpected(explainMissingBubblewrap(bwrapPath));
    auto sockets = makeSocketPair(SOCK_STREAM);
    auto complaints = makePipe();
    if (!sockets || !complaints)
        return std::unexpected(sockets ? complaints.error() : sockets.error());
    if (auto done = setNonBlocking(complaints->read); !done)
        return std::unexpected(done.error());
    auto pid =
        spawnSandbox(bwrapArguments(bwrapPath, network, zygotePath, zygoteFd), complaints->write, sockets->theirs);
    if (!pid)
        return std::unexpected(pid.error());
    auto pidfd = openPidfd(*pid);
    if (!pidfd) {
        ::kill(*pid, SIGKILL);
        return std::unexpected(pidfd.error());
    }
    std::unique_ptr<ReadySandbox> sandbox(
        new ReadySandbox(network, *pid, std::move(*pidfd), std::move(sockets->ours), std::move(complaints->read)));
    // Our copies of the far ends: as long as they are open, no end of file would tell us that bubblewrap is gone.
    sockets->theirs.reset();
    complaints->write.reset();
    if (auto ready = sandbox->awaitReady(deadline); !ready)
        return std::unexpected(ready.error());
    return sandbox;
}

ReadySandbox::~ReadySandbox() {
    kill();
}

bool ReadySandbox::isAlive() const {
    // Readable without a request: end of file, since a zygote speaks only when asked.
    pollfd entries[] = {{m_pidfd.get(), POLLIN, 0}, {m_channel.fd(), POLLIN, 0}};
    return ::poll(entries, 2, 0) == 0;
}

Result<void> ReadySandbox::awaitReady(Deadline deadline) {
    auto answer = receive(deadline);
    if (!answer)
        return std::unexpected(whyItFailed());
    if (const auto* failure = std::get_if<ZygoteFailure>(&*answer))
        return std::unexpected(explainBuildFailure(failure->text));
    return {};
}

Error ReadySandbox::whyItFailed() const {
    char words[2048];
    const ssize_t got = ::read(m_complaints.get(), words, sizeof words);
    return explainBuildFailure({words, got > 0 ? static_cast<std::size_t>(got) : 0});
}

Result<void> ReadySandbox::send(const std::string& payload, std::vector<UniqueFd> fds, Deadline deadline) {
    m_channel.send(payload, std::move(fds));
    for (;;) {
        auto sent = m_channel.flush();
        if (!sent || !m_channel.wantsToWrite())
            return sent;
        if (!waitFor(m_channel.fd(), POLLOUT, deadline))
            return fail(ErrorKind::Unavailable, "the sandbox does not take requests");
    }
}

Result<FromZygote> ReadySandbox::receive(Deadline deadline) {
    for (;;) {
        auto frame = m_channel.take();
        if (!frame)
            return std::unexpected(frame.error());
        if (*frame)
            return decodeFromZygote(**frame);
        if (!waitFor(m_channel.fd(), POLLIN, deadline))
            return fail(ErrorKind::Unavailable, "the sandbox did not answer in time");
        if (auto got = m_channel.receive(); !got) {
            // The last frame may have come with the end of file.
            if (auto last = m_channel.take(); last && *last)
                return decodeFromZygote(**last);
            return std::unexpected(got.error());
        }
    }
}

Result<InsideRun> ReadySandbox::start(const InsideStart& start, std::vector<MountStep> steps, Deadline deadline) {
    auto shell = toShell(start, std::move(steps));
    if (!shell)
        return std::unexpected(shell.error());
    auto status = makePipe();
    auto report = makePipe();
    if (!status || !report)
        return std::unexpected(status ? report.error() : status.error());
    auto fds = copies(start, status->write, report->write);
    if (!fds)
        return std::unexpected(fds.error());
    status->write.reset(); // their end of file is what we wait for
    report->write.reset();
    const std::string payload = encode(*shell);
    if (payload.size() > limits::frameBytes)
        return fail(ErrorKind::Limit, "arguments and environment of the run are too large");
    auto sent = send(payload, std::move(*fds), deadline);
    auto answer = sent ? receive(deadline) : std::unexpected(sent.error());
    if (!answer) {
        kill(); // a late answer would be taken for that to the next request
        return fail(ErrorKind::Unavailable, "The sandbox was lost, so nothing was run: " + answer.error().text);
    }
    if (const auto* failure = std::get_if<ZygoteFailure>(&*answer))
        return fail(failure->kind, failure->text);
    auto pidfd = m_channel.takeFd();
    if (!pidfd) {
        kill();
        return fail(ErrorKind::Invalid, "the sandbox answered without the run's first process");
    }
    InsideRun run{std::move(*pidfd), std::move(status->read)};
    if (auto started = awaitReport(report->read, deadline); !started) {
        killProcess(run.pidfd);
        waitFor(run.pidfd.get(), POLLIN, deadline);
        return std::unexpected(started.error());
    }
    run.pid = pidOf(run.pidfd);
    return run;
}

void ReadySandbox::kill() {
    killProcess(m_pidfd);
    // bubblewrap takes its child along (PR_SET_PDEATHSIG), and that is the first process of all runs.
    waitFor(m_pidfd.get(), POLLIN, Clock::now() + std::chrono::seconds(2));
    ::waitpid(m_pid, nullptr, WNOHANG); // the gate may have reaped it already
}

} // namespace exeat::gate
