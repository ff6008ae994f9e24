#include "service/gate/sandbox/seccompfilter.h"

#include "shared/base/uniquefd.h"

#include <array>
#include <cstdint>
#include <memory>

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

struct Release {
    void operator()(void* context) const { seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

constexpr std::uint64_t int32 = 0xFFFFFFFFULL;
constexpr std::uint32_t denied = SCMP_ACT_ERRNO(EPERM);

// By name, so that an older libseccomp or another architecture leaves out what it does not have.
constexpr std::array forbiddenCalls{
    // other processes
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    // a second way to make any system call, unseen by this filter
    "io_uring_setup", "io_uring_enter", "io_uring_register",
    // the kernel itself
    "bpf", "perf_event_open", "userfaultfd", "kexec_load", "kexec_file_load", "init_module", "finit_module",
    "delete_module", "create_module", "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "syslog",
    "lookup_dcookie", "nfsservctl", "uselib", "vhangup", "ustat", "_sysctl", "iopl", "ioperm", "fanotify_init",
    "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname",
    // the user's keyrings
    "keyctl", "add_key", "request_key",
    // mounts, roots and namespaces
    "mount", "umount", "umount2", "pivot_root", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr", "setns", "chroot", "name_to_handle_at", "open_by_handle_at"};

// Numbers above 423 are the same on every architecture; libseccomp 2.5 does not know these names.
constexpr std::array newerCalls{467 /* open_tree_attr */};
constexpr int fchmodat2 = 452;

constexpr std::array<std::uint64_t, 8> namespaceFlags{CLONE_NEWNS,  CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET,
                                                      CLONE_NEWIPC, CLONE_NEWUTS,  CLONE_NEWCGROUP, 0x80 /* time */};

/** Collects the first failure of many rule calls. */
class Rules {
public:
    explicit Rules(void* context) : m_context(context) {}

    template<class... Comparisons>
    void deny(int call, Comparisons... comparisons) {
        refuse(denied, call, comparisons...);
    }
    template<class... Comparisons>
    void refuse(std::uint32_t action, int call, Comparisons... comparisons) {
        if (call == __NR_SCMP_ERROR || m_error != 0)
            return;
        const std::array<scmp_arg_cmp, sizeof...(comparisons) + 1> list{comparisons..., scmp_arg_cmp{}};
        const int result = seccomp_rule_add_array(m_context, action, call, sizeof...(comparisons), list.data());
        // -EDOM: the call does not exist on this architecture.
        if (result < 0 && result != -EDOM)
            m_error = -result;
    }
    int error() const { return m_error; }

private:
    void* m_context;
    int m_error = 0;
};

// The kernel reads an int from the low half of a register, so the high half must not make a comparison fail.
scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
    return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, int32, value};
}
scmp_arg_cmp hasBit(unsigned argument, std::uint64_t bit) {
    return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, bit, bit};
}

void denyNamespaces(Rules& rules) {
    for (const std::uint64_t flag : namespaceFlags) {
        rules.deny(SCMP_SYS(unshare), hasBit(0, flag));
        if (flag != 0x80) // in clone(2) part of the exit signal
            rules.deny(SCMP_SYS(clone), hasBit(0, flag));
    }
    // Its flags lie in memory, out of a filter's reach; C libraries fall back to clone(2).
    rules.refuse(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
}

void denySockets(Rules& rules) {
    for (std::uint64_t family = 0; family < AF_NETLINK; ++family) {
        if (family != AF_INET && family != AF_INET6)
            rules.deny(SCMP_SYS(socket), equals(0, family));
    }
    rules.deny(SCMP_SYS(socket), scmp_arg_cmp{0, SCMP_CMP_GT, AF_NETLINK, 0});
    // Of netlink only NETLINK_ROUTE (0), which getaddrinfo and ip use.
    rules.deny(SCMP_SYS(socket), equals(0, AF_NETLINK), scmp_arg_cmp{2, SCMP_CMP_NE, 0, 0});
    // A datagram socket of a pair could send to any path; a connected stream cannot be connected again.
    rules.deny(SCMP_SYS(socketpair), scmp_arg_cmp{0, SCMP_CMP_NE, AF_UNIX, 0});
    constexpr std::uint64_t typeBits = 0xF;
    for (std::uint64_t type = 0; type <= typeBits; ++type) {
        if (type != SOCK_STREAM && type != SOCK_SEQPACKET)
            rules.deny(SCMP_SYS(socketpair), scmp_arg_cmp{1, SCMP_CMP_MASKED_EQ, typeBits, type});
    }
}

/** Allowed: asking (all bits), no address randomisation, the 32-bit uname. */
void denyPersonalities(Rules& rules) {
    constexpr std::uint64_t harmless = 0x0040000 | 0x0000008;
    constexpr std::uint64_t top = 0x80000000ULL;
    for (std::uint64_t bit = 1; bit < top; bit <<= 1) {
        if ((bit & harmless) == 0)
            rules.deny(SCMP_SYS(personality), scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, top | bit, bit});
        rules.deny(SCMP_SYS(personality), scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, top | bit, top});
    }
}

/** A set-uid file made inside would be one outside, too. Folders lose set-gid by it. */
void denySetUid(Rules& rules) {
    for (const std::uint64_t bit : {std::uint64_t{S_ISUID}, std::uint64_t{S_ISGID}}) {
        rules.deny(SCMP_SYS(chmod), hasBit(1, bit));
        rules.deny(SCMP_SYS(fchmod), hasBit(1, bit));
        rules.deny(SCMP_SYS(fchmodat), hasBit(2, bit));
        rules.deny(fchmodat2, hasBit(2, bit));
        rules.deny(SCMP_SYS(creat), hasBit(1, bit));
        rules.deny(SCMP_SYS(mknod), hasBit(1, bit));
        rules.deny(SCMP_SYS(mknodat), hasBit(2, bit));
        // Without O_CREAT the mode is whatever lay in the register.
        rules.deny(SCMP_SYS(open), hasBit(1, O_CREAT), hasBit(2, bit));
        rules.deny(SCMP_SYS(openat), hasBit(2, O_CREAT), hasBit(3, bit));
    }
    // Its mode lies in memory; what uses it falls back to openat(2).
    rules.refuse(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2));
}

/** Whoever holds a lease on a file of the user's keeps every other open of it waiting, or failing (fcntl(2)). */
void denyLeases(Rules& rules) {
    constexpr std::uint64_t setDelegation = F_SETLEASE + 16; // as of Linux 6.19, not in our headers
    rules.deny(SCMP_SYS(fcntl), equals(1, F_SETLEASE));
    rules.deny(SCMP_SYS(fcntl), equals(1, setDelegation));
}

void addAll(Rules& rules) {
    for (const char* name : forbiddenCalls)
        rules.deny(seccomp_syscall_resolve_name(name));
    for (const int number : newerCalls)
        rules.deny(number);
    denyNamespaces(rules);
    denySockets(rules);
    denyPersonalities(rules);
    denySetUid(rules);
    denyLeases(rules);
    rules.deny(SCMP_SYS(ioctl), equals(1, 0x5412 /* TIOCSTI */));
    rules.deny(SCMP_SYS(ioctl), equals(1, 0x541C /* TIOCLINUX */));
    rules.deny(SCMP_SYS(seccomp), hasBit(1, SECCOMP_FILTER_FLAG_NEW_LISTENER));
}

Result<std::vector<sock_filter>> exported(void* context) {
    const UniqueFd file(::memfd_create("seccomp", MFD_CLOEXEC));
    if (!file)
        return failErrno("cannot make the system call filter");
    if (const int result = seccomp_export_bpf(context, file.get()); result < 0)
        return failErrno("cannot make the system call filter", -result);
    const off_t size = ::lseek(file.get(), 0, SEEK_END);
    std::vector<sock_filter> program(static_cast<std::size_t>(size) / sizeof(sock_filter));
    if (::pread(file.get(), program.data(), static_cast<std::size_t>(size), 0) != size)
        return failErrno("cannot make the system call filter");
    return program;
}

} // namespace

Result<std::vector<sock_filter>> buildSeccompFilter() {
    const Context context(seccomp_init(SCMP_ACT_ALLOW));
    if (!context)
        return fail(ErrorKind::System, "libseccomp cannot make a filter");
    seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
    Rules rules(context.get());
    addAll(rules);
    if (rules.error() != 0)
        return failErrno("cannot make the system call filter", rules.error());
    return exported(context.get());
}

Result<void> loadSeccompFilter(std::vector<sock_filter>& filter) {
    sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
        return failErrno("cannot load the system call filter");
    return {};
}

} // namespace exeat::gate
