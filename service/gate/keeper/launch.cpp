#include "service/gate/keeper/launch.h"

#include "service/gate/keeper/preparedlaunch.h"
#include "service/gate/keeper/roomlaunch.h"

#include <algorithm>
#include <csignal>

#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

int runChild(Prepared& prepared) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0);
    if (::fchdir(prepared.plan->workdir.get()) < 0)
        return errno;
    const int failed = setUp(prepared);
    return failed != 0 ? failed : execute(prepared);
}

} // namespace

Result<pid_t> launch(const LaunchPlan& plan) {
    Prepared prepared = prepare(plan);
    if (plan.room)
        return launchIntoRoom(prepared);
    volatile int failed = 0;
    const SignalsHeld held;
    const pid_t pid = ::vfork();
    if (pid == 0) {
        failed = runChild(prepared);
        ::_exit(127);
    }
    if (pid < 0)
        return failErrno("cannot start a process");
    if (failed == 0)
        return pid;
    reap(pid);
    return failErrno("cannot run " + plan.path, failed);
}

void passCheckpoint(pid_t pid, const ProcessSetup& setup) {
    std::uint64_t mask = setup.blockedSignals;
    ::ptrace(PTRACE_SETSIGMASK, pid, reinterpret_cast<void*>(sizeof mask), &mask);
    ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
}

Result<pid_t> launchMessage(const LaunchPlan& plan, const std::string& words, int code) {
    const auto target = std::ranges::find(plan.fds, 2, &PlacedFd::number);
    const int fd = target == plan.fds.end() ? -1 : target->fd.get();
    const pid_t pid = ::fork();
    if (pid < 0)
        return failErrno("cannot start a process");
    if (pid > 0)
        return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // What else is open here belongs to others, who wait for its end.
    if (fd >= 0 && ::dup2(fd, 2) == 2) {
        ::syscall(SYS_close_range, 3U, ~0U, 0);
        (void)writeAll(2, words);
    }
    ::_exit(code);
}

} // namespace exeat::gate
