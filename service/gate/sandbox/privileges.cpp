#include "service/gate/sandbox/privileges.h"

#include "shared/base/limits.h"
#include "shared/base/uniquefd.h"

#include <algorithm>
#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace exeat::gate {

Result<void> dropPrivileges() {
    constexpr unsigned long neverByUid = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                         SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                                         SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
    if (::prctl(PR_SET_SECUREBITS, neverByUid, 0, 0, 0) < 0)
        return failErrno("cannot give up what uid 0 gets");
    // Until the kernel knows no further capability.
    for (unsigned long capability = 0; ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; ++capability) {
    }
    if (errno != EINVAL)
        return failErrno("cannot give up capabilities");
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return failErrno("cannot give up capabilities");
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const __user_cap_data_struct none[2] = {};
    if (::syscall(SYS_capset, &header, none) < 0)
        return failErrno("cannot give up capabilities");
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return failErrno("cannot forbid new privileges");
    return {};
}

void resetSignals() {
    // Not sigaction(3): it leaves out two signals of the C library, which posix_spawn(3) had ignored.
    struct {
        unsigned long handler, flags, restorer, mask;
    } const defaults{};
    for (int signal = 1; signal < NSIG; ++signal)
        ::syscall(SYS_rt_sigaction, signal, &defaults, nullptr, sizeof defaults.mask);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

OutsideIds outsideIds() {
    const auto numberIn = [](const char* file) {
        const auto map = readFile(file, 4096);
        unsigned inside = 0;
        unsigned outside = 0;
        return map && std::sscanf(map->c_str(), "%u %u", &inside, &outside) == 2 ? outside : 65534U;
    };
    return {numberIn("/proc/self/uid_map"), numberIn("/proc/self/gid_map")};
}

Result<void> becomeUser(OutsideIds ids) {
    if (::unshare(CLONE_NEWUSER) < 0)
        return failErrno("cannot give the run its user id");
    ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); // else /proc/self belongs to a user who is not here
    const auto write = [](const char* file, const std::string& text) -> Result<void> {
        const UniqueFd fd(::open(file, O_WRONLY | O_CLOEXEC));
        auto done = fd ? writeAll(fd.get(), text) : failErrno(std::string("cannot open ") + file);
        return done;
    };
    auto done = write("/proc/self/setgroups", "deny");
    if (done)
        done = write("/proc/self/uid_map", std::to_string(ids.user) + " 0 1\n");
    if (done)
        done = write("/proc/self/gid_map", std::to_string(ids.group) + " 0 1\n");
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    return done;
}

namespace {

/**
 * Descriptors on their way between processes are counted by user, and each sender's own limit is held against all of
 * them (unix(7), ETOOMANYREFS): with fewer, nobody inside can keep the service from handing over its own.
 */
Result<void> leaveFilesToOthers() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return failErrno("cannot read the limit of open files");
    limit.rlim_max = std::max(limit.rlim_max / 2, std::min(limit.rlim_max, limits::openFilesInside));
    limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) < 0)
        return failErrno("cannot limit open files");
    return {};
}

} // namespace

Result<void> limitResources() {
    if (auto left = leaveFilesToOthers(); !left)
        return left;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NPROC, &limit) < 0)
        return failErrno("cannot read the limit of processes");
    limit.rlim_max = std::min<rlim_t>(limit.rlim_max, limits::processesPerSandbox);
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NPROC, &limit) < 0)
        return failErrno("cannot limit processes");
    if (::getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = 0;
        ::setrlimit(RLIMIT_CORE, &limit);
    }
    return {};
}

void standInFront(const std::string& process) {
    const UniqueFd file(::open(("/proc/" + process + "/oom_score_adj").c_str(), O_WRONLY | O_CLOEXEC));
    if (file)
        (void)writeAll(file.get(), "500");
}

} // namespace exeat::gate
