#include "service/gate/keeper/preparedlaunch.h"

#include "shared/base/filelimit.h"

#include <algorithm>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> list;
    list.reserve(strings.size() + 1);
    for (const std::string& string : strings)
        list.push_back(const_cast<char*>(string.c_str())); // execve's signature; it does not write
    list.push_back(nullptr);
    return list;
}

/** Those that differ from what a child has of us. */
std::vector<std::pair<int, rlimit>> boundedLimits(const ProcessSetup& setup) {
    std::vector<std::pair<int, rlimit>> limits{{RLIMIT_NOFILE, originalFileLimit()}};
    for (const ResourceLimit& claimed : setup.limits) {
        rlimit ours{};
        if (::prlimit(0, static_cast<__rlimit_resource>(claimed.resource), nullptr, &ours) < 0)
            continue;
        const rlim_t hard = std::min<rlim_t>(claimed.hard, ours.rlim_max);
        const rlimit wanted{std::min<rlim_t>(claimed.soft, hard), hard};
        const bool same = wanted.rlim_cur == ours.rlim_cur && wanted.rlim_max == ours.rlim_max;
        if (!same || claimed.resource == RLIMIT_NOFILE)
            limits.emplace_back(claimed.resource, wanted);
    }
    return limits;
}

constexpr std::uint64_t bitOf(int signal) {
    return std::uint64_t{1} << (signal - 1);
}

/** execve(2) resets handlers by itself, but keeps what is ignored. Ours are set once, when the process starts. */
std::uint64_t ignoredByUs() {
    static const std::uint64_t ignored = [] {
        std::uint64_t signals = 0;
        for (int signal = 1; signal <= 64; ++signal) {
            struct sigaction action = {};
            if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
                signals |= bitOf(signal);
        }
        return signals;
    }();
    return ignored;
}

int placeFds(Prepared& prepared) {
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    const auto& fds = prepared.plan->fds;
    // All sources go above the highest target first, so that no placing can overwrite one that is still needed.
    for (std::size_t i = 0; i < fds.size(); ++i) {
        prepared.sources[i] = ::fcntl(fds[i].fd.get(), F_DUPFD_CLOEXEC, prepared.above + 1);
        if (prepared.sources[i] < 0)
            return errno;
    }
    for (int number = 0; number <= 2; ++number)
        ::close(number);
    for (std::size_t i = 0; i < fds.size(); ++i) {
        if (::dup2(prepared.sources[i], fds[i].number) < 0)
            return errno;
    }
    return 0;
}

void setSignals(const Prepared& prepared) {
    for (int signal = 1; signal <= 64; ++signal) {
        if ((prepared.changedSignals & bitOf(signal)) == 0)
            continue;
        struct sigaction action = {};
        action.sa_handler = (prepared.plan->setup.ignoredSignals & bitOf(signal)) != 0 ? SIG_IGN : SIG_DFL;
        ::sigaction(signal, &action, nullptr); // refuses SIGKILL, SIGSTOP and the C library's own: as it should be
    }
    ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &prepared.maskAtExec, nullptr, sizeof prepared.maskAtExec);
}

} // namespace

Prepared prepare(const LaunchPlan& plan) {
    Prepared prepared;
    prepared.plan = &plan;
    prepared.argv = pointers(plan.argv);
    prepared.environment = pointers(plan.environment);
    prepared.limits = boundedLimits(plan.setup);
    prepared.changedSignals = ignoredByUs() ^ plan.setup.ignoredSignals;
    prepared.sources.resize(plan.fds.size());
    // A blocked SIGTRAP would hide the checkpoint; any other signal before it would stop the child where we cannot see.
    prepared.maskAtExec = plan.checkpoint == Checkpoint::AtExec ? ~bitOf(SIGTRAP) : plan.setup.blockedSignals;
    errno = 0;
    prepared.niceness = std::max(plan.setup.niceness, ::getpriority(PRIO_PROCESS, 0));
    prepared.above = 2;
    for (const PlacedFd& placed : plan.fds)
        prepared.above = std::max(prepared.above, placed.number);
    return prepared;
}

int setUp(Prepared& prepared) {
    const LaunchPlan& plan = *prepared.plan;
    if (const int failed = placeFds(prepared); failed != 0)
        return failed;
    for (const auto& [resource, limit] : prepared.limits)
        ::prlimit(0, static_cast<__rlimit_resource>(resource), &limit, nullptr);
    ::setpriority(PRIO_PROCESS, 0, prepared.niceness);
    ::umask(plan.setup.umask & 0777);
    setSignals(prepared);
    if (plan.checkpoint == Checkpoint::AtExec && ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) < 0)
        return errno;
    return 0;
}

int execute(Prepared& prepared) {
    ::execve(prepared.plan->path.c_str(), prepared.argv.data(), prepared.environment.data());
    return errno;
}

void reap(pid_t pid) {
    while (::syscall(SYS_wait4, pid, nullptr, __WALL, nullptr) < 0 && errno == EINTR) {
    }
}

} // namespace exeat::gate
