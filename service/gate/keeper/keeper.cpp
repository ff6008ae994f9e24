#include "service/gate/keeper/keeper.h"

#include "service/gate/eventloop.h"
#include "service/gate/keeper/keepermessages.h"
#include "service/gate/keeper/launch.h"
#include "service/gate/keeper/outsidecommand.h"
#include "service/gate/keeper/processtree.h"
#include "shared/base/limits.h"
#include "shared/wire/frame.h"

#include <csignal>
#include <list>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

class Keeper {
public:
    Keeper(EventLoop loop, UniqueFd gate, UniqueFd signals)
        : m_loop(std::move(loop)), m_gate(std::move(gate), 2 * limits::frameBytes), m_signals(std::move(signals)) {}

    void run() {
        const auto gate = m_loop.watch(m_gate.fd(), EPOLLIN, [this](std::uint32_t) { gateReady(); });
        const auto child = m_loop.watch(m_signals.get(), EPOLLIN, [this](std::uint32_t) { childrenChanged(); });
        if (!gate || !child)
            return;
        m_gateWatch = *gate;
        m_loop.run();
    }

    /** Ends everything below us, and says what it could not end. */
    TreeEnd endTree() {
        const TreeEnd end = endAllChildren(limits::treeEnd);
        if (end == TreeEnd::SomeLeft) {
            tell(TreeLeft{describeDescendants()});
            (void)m_gate.flush(); // a gate that is gone needs no words
        }
        return end;
    }

private:
    struct Entry {
        Entry(StartOutside start, UniqueFd stream, std::vector<UniqueFd> pins, std::optional<RoomPass> room)
            : command(std::move(start), std::move(stream), std::move(pins), std::move(room)) {}
        OutsideCommand command;
        EventLoop::WatchId watch = 0;
    };

    void gateReady() {
        const auto got = m_gate.receive();
        for (;;) {
            auto payload = m_gate.take();
            if (!payload || (!*payload && !got))
                return m_loop.stop();
            if (!*payload)
                break;
            auto message = wire::decodeVariant<ToKeeper>(**payload);
            if (!message)
                return m_loop.stop();
            std::visit([this](auto& m) { handle(m); }, *message);
        }
        flush();
    }

    void handle(EndTree&) { m_loop.stop(); }

    void handle(StartOutside& start) {
        auto stream = m_gate.takeFd();
        if (!stream)
            return m_loop.stop();
        std::vector<UniqueFd> pins;
        for (std::uint32_t i = 0; i < start.pins; ++i) {
            auto pin = m_gate.takeFd();
            if (!pin)
                return m_loop.stop();
            pins.push_back(std::move(*pin));
        }
        std::optional<RoomPass> room;
        if (start.sandbox != RuleSandbox::None && start.obstacle.empty()) {
            auto init = m_gate.takeFd();
            auto socket = m_gate.takeFd();
            if (!init || !socket)
                return m_loop.stop();
            room = RoomPass{std::move(*init), std::move(*socket)};
        }
        m_commands.push_back(
            std::make_unique<Entry>(std::move(start), std::move(*stream), std::move(pins), std::move(room)));
        Entry* entry = m_commands.back().get();
        const auto watch = m_loop.watch(entry->command.fd(), EPOLLIN, [this, entry](std::uint32_t) {
            entry->command.readable();
            if (entry->command.abandoned())
                m_loop.unwatch(entry->watch);
            settle(entry);
        });
        if (!watch)
            return m_loop.stop();
        entry->watch = *watch;
        entry->command.begin();
        settle(entry);
    }

    void handle(StartUnconfined& start) {
        LaunchPlan plan;
        for (const int number : {0, 1, 2, start.socketNumber}) {
            auto fd = m_gate.takeFd();
            if (!fd)
                return m_loop.stop();
            plan.fds.push_back({number, std::move(*fd)});
        }
        plan.path = start.argv.empty() ? std::string() : start.argv.front();
        plan.argv = std::move(start.argv);
        plan.environment = std::move(start.environment);
        plan.setup.umask = ::umask(022);
        ::umask(plan.setup.umask);
        plan.workdir = UniqueFd(::open(start.workdir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!plan.workdir)
            return tell(UnconfinedEnded{{}, systemError("cannot enter " + start.workdir).text});
        const auto pid = launch(plan);
        if (!pid)
            return tell(UnconfinedEnded{{}, pid.error().text});
        m_shell = *pid;
        tell(UnconfinedStarted{});
    }

    void childrenChanged() {
        signalfd_siginfo news{};
        while (::read(m_signals.get(), &news, sizeof news) > 0) {
        }
        int status = 0;
        for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG | WUNTRACED | __WALL)) > 0;)
            childChanged(pid, status);
        flush();
    }

    void childChanged(pid_t pid, int status) {
        if (pid == m_shell && !WIFSTOPPED(status)) {
            m_shell = 0;
            return tell(UnconfinedEnded{
                WIFSIGNALED(status) ? ExitStatus{0, WTERMSIG(status)} : ExitStatus{WEXITSTATUS(status), 0}, {}});
        }
        for (const auto& entry : m_commands) {
            if (entry->command.pid() != pid)
                continue;
            entry->command.changed(status);
            return settle(entry.get());
        }
    }

    /** Passes an end on and forgets the command. */
    void settle(Entry* entry) {
        if (!entry->command.ended())
            return;
        tell(*entry->command.ended());
        m_loop.unwatch(entry->watch);
        m_commands.remove_if([entry](const auto& other) { return other.get() == entry; });
        flush();
    }

    void tell(const FromKeeper& message) { m_gate.send(wire::encodeVariant(message)); }

    void flush() {
        if (!m_gate.flush())
            return m_loop.stop();
        m_loop.change(m_gateWatch, m_gate.wantsToWrite() ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }

    EventLoop m_loop;
    wire::FdChannel m_gate;
    UniqueFd m_signals;
    EventLoop::WatchId m_gateWatch = 0;
    std::list<std::unique_ptr<Entry>> m_commands;
    pid_t m_shell = 0;
};

sigset_t onlyChildSignal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    return set;
}

/** The numbers around the socket hold what the gate had open: other runs' sockets, which must not outlive it here. */
void closeAllBut(int socket) {
    const auto number = static_cast<unsigned>(socket);
    if (number > 3)
        ::syscall(SYS_close_range, 3U, number - 1, 0);
    ::syscall(SYS_close_range, number + 1, ~0U, 0);
}

} // namespace

void keeperMain(int gateSocket) {
    closeAllBut(gateSocket);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    // Its own session: a command's `kill 0` or a terminal's signal reaches neither us nor the gate.
    ::setsid();
    const sigset_t child = onlyChildSignal();
    ::sigprocmask(SIG_SETMASK, &child, nullptr);
    UniqueFd signals(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    auto loop = EventLoop::create();
    if (!signals || !loop)
        ::_exit(1);
    Keeper keeper(std::move(*loop), UniqueFd(gateSocket), std::move(signals));
    keeper.run();
    ::_exit(keeper.endTree() == TreeEnd::AllGone ? 0 : 1);
}

} // namespace exeat::gate
