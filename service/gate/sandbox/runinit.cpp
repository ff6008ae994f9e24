#include "service/gate/sandbox/runinit.h"

#include "service/gate/sandbox/landlock.h"
#include "service/gate/sandbox/privileges.h"
#include "service/gate/sandbox/runmounts.h"
#include "service/gate/sandbox/seccompfilter.h"
#include "service/gate/sandbox/shellend.h"
#include "shared/base/text.h"
#include "shared/domain/exitstatus.h"

#include <algorithm>
#include <csignal>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

constexpr std::size_t statusAt = 3;
constexpr std::size_t reportAt = 4;

[[noreturn]] void giveUp(const UniqueFd& report, const Error& error) {
    (void)writeAll(report.get(), std::string(1, static_cast<char>(error.kind)) + error.text);
    ::_exit(126);
}

/** All descriptors from `first` to `last` are closed, in one call that allocates nothing. */
void closeRange(unsigned first, unsigned last) {
    if (first <= last)
        ::syscall(SYS_close_range, first, last, 0);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> list;
    list.reserve(words.size() + 1);
    for (auto& word : words)
        list.push_back(word.data());
    list.push_back(nullptr);
    return list;
}

/** Puts every descriptor at its number and leaves nothing else open beyond the exec but `report`, until then. */
Result<UniqueFd> placeDescriptors(RunStart& start) {
    std::vector<std::pair<int, int>> moves; // from, to
    int highest = 2;
    for (std::size_t i = 0; i < start.shell.numbers.size(); ++i) {
        moves.emplace_back(start.fds[fixedDescriptors + i].get(), start.shell.numbers[i]);
        highest = std::max(highest, start.shell.numbers[i]);
    }
    for (int standard = 0; standard < 3; ++standard)
        moves.emplace_back(start.fds[static_cast<std::size_t>(standard)].get(), standard);
    // First out of the way of all targets, so that no move destroys the source of another.
    const auto raised = [&](int fd) { return ::fcntl(fd, F_DUPFD_CLOEXEC, highest + 1); };
    UniqueFd report(raised(start.fds[reportAt].get()));
    for (auto& [from, to] : moves)
        from = raised(from);
    if (!report || std::ranges::any_of(moves, [](const auto& move) { return move.first < 0; }))
        return failErrno("cannot place a descriptor of the run");
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    for (const auto& [from, to] : moves) {
        if (::dup2(from, to) < 0)
            return failErrno("cannot place a descriptor of the run");
    }
    return report;
}

std::vector<std::string> writablePaths(const RunStart& start) {
    std::vector<std::string> paths{"/dev", "/proc"};
    for (const auto& step : start.shell.steps) {
        if (step.kind == MountKind::Writable)
            paths.push_back(step.path);
    }
    return paths;
}

Result<void> becomeShell(RunStart& start, std::vector<sock_filter>& filter) {
    ::setsid(); // runInit() has reset the signals
    if (::chdir(start.shell.workdir.c_str()) < 0)
        return failErrno("the run cannot start in " + visible(start.shell.workdir));
    auto done = limitResources();
    if (done)
        done = restrictWriting(writablePaths(start));
    if (done)
        done = loadSeccompFilter(filter);
    if (!done)
        return done;
    const auto argv = pointers(start.shell.argv);
    const auto environment = pointers(start.shell.environment);
    ::execve(argv[0], argv.data(), environment.data());
    return failErrno("cannot start " + visible(start.shell.argv[0]));
}

[[noreturn]] void shellProcess(RunStart& start, std::vector<sock_filter>& filter) {
    auto report = placeDescriptors(start);
    if (!report)
        giveUp(start.fds[reportAt], report.error());
    auto failed = becomeShell(start, filter);
    giveUp(*report, failed.error());
}

/** Nothing else is alive in this pid namespace: whatever is here without a parent of its own is our child. */
bool isAlone() {
    pid_t pid = 0;
    while ((pid = ::waitpid(-1, nullptr, WNOHANG | __WALL)) > 0) {
    }
    return pid < 0 && errno == ECHILD;
}

[[noreturn]] void reapUntil(pid_t shell, int status) {
    for (;;) {
        int ended = 0;
        const pid_t pid = ::waitpid(-1, &ended, __WALL);
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid < 0)
            ::_exit(1);
        if (pid != shell)
            continue;
        ExitStatus result;
        if (WIFSIGNALED(ended))
            result.signal = WTERMSIG(ended);
        else
            result.code = WEXITSTATUS(ended);
        const ShellEnd end{result.code, result.signal, isAlone() ? 1 : 0};
        [[maybe_unused]] const ssize_t put = ::write(status, &end, sizeof end);
        ::_exit(0);
    }
}

/** What ends in a room is somebody else's child, but for what its parent left behind. */
[[noreturn]] void keepRoom() {
    closeRange(0, ~0U);
    sigset_t ends;
    ::sigemptyset(&ends);
    ::sigaddset(&ends, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &ends, nullptr);
    for (;;) {
        while (::waitpid(-1, nullptr, WNOHANG | __WALL) > 0) {
        }
        ::sigwaitinfo(&ends, nullptr);
    }
}

} // namespace

void runInit(RunStart start, std::vector<sock_filter>& filter) {
    resetSignals(); // waitpid() needs SIGCHLD not to be ignored
    auto done = mountForRun(start.shell.steps, start.shell.mode);
    if (const auto ids = outsideIds(); done && ids.user != 0)
        done = becomeUser(ids);
    if (done)
        done = dropPrivileges();
    if (!done)
        giveUp(start.fds[reportAt], done.error());
    if (start.shell.argv.empty())
        keepRoom();
    const pid_t shell = ::fork();
    if (shell < 0)
        giveUp(start.fds[reportAt], systemError("cannot start a process in the sandbox"));
    if (shell == 0)
        shellProcess(start, filter);
    // What the shell closes must be closed: nothing but the way to tell its end stays open here.
    const int status = start.fds[statusAt].get();
    closeRange(0, static_cast<unsigned>(status) - 1);
    closeRange(static_cast<unsigned>(status) + 1, ~0U);
    reapUntil(shell, status);
}

} // namespace exeat::gate
