#include "service/gate/sandbox/mountcalls.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

// Own names: <linux/mount.h> and <sys/mount.h> cannot be included together, and glibc has the calls since 2.36 only.
constexpr unsigned openTreeClone = 1;
constexpr unsigned recursive = 0x8000;
constexpr unsigned moveFromDescriptor = 0x4;
constexpr unsigned moveToDescriptor = 0x40;
constexpr std::uint64_t attributeReadOnly = 0x1;
constexpr std::uint64_t attributeNoSetUid = 0x2;
constexpr std::uint64_t attributeNoDevices = 0x4;

struct MountAttributes {
    std::uint64_t set = 0;
    std::uint64_t clear = 0;
    std::uint64_t propagation = 0;
    std::uint64_t userNamespace = 0;
};

Result<UniqueFd> cloneTree(const UniqueFd& source) {
    const long fd =
        ::syscall(SYS_open_tree, source.get(), "", openTreeClone | unsigned{O_CLOEXEC} | AT_EMPTY_PATH | recursive);
    if (fd < 0)
        return failErrno("cannot copy a mount");
    return UniqueFd(static_cast<int>(fd));
}

int setAttributes(const UniqueFd& tree, unsigned flags, const MountAttributes& attributes) {
    return static_cast<int>(
        ::syscall(SYS_mount_setattr, tree.get(), "", AT_EMPTY_PATH | flags, &attributes, sizeof attributes));
}

Result<void> attach(const UniqueFd& tree, const UniqueFd& place) {
    if (::syscall(SYS_move_mount, tree.get(), "", place.get(), "", moveFromDescriptor | moveToDescriptor) < 0)
        return failErrno("cannot attach a mount");
    return {};
}

} // namespace

Result<UniqueFd> openExact(const std::string& path) {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW;
    how.resolve = RESOLVE_NO_SYMLINKS;
    const long fd = ::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how);
    if (fd < 0)
        return failErrno("cannot open " + path);
    return UniqueFd(static_cast<int>(fd));
}

Result<FileIdentity> identityOf(const UniqueFd& fd) {
    struct stat status{};
    if (::fstat(fd.get(), &status) < 0)
        return failErrno("cannot look at a file");
    return FileIdentity{status.st_dev, status.st_ino};
}

Result<void> bindOnItself(const UniqueFd& place, BindAccess access) {
    auto tree = cloneTree(place);
    if (!tree)
        return std::unexpected(tree.error());
    constexpr std::uint64_t harmless = attributeNoSetUid | attributeNoDevices;
    if (access == BindAccess::ReadOnly && setAttributes(*tree, recursive, {.set = attributeReadOnly | harmless}) < 0)
        return failErrno("cannot make a mount read-only");
    if (access == BindAccess::Writable) {
        // A file system that is read-only outside stays so; then only the folder's own mount is opened.
        const MountAttributes open{.set = harmless, .clear = attributeReadOnly};
        if (setAttributes(*tree, recursive, open) < 0 && setAttributes(*tree, 0, open) < 0)
            return failErrno("cannot make a mount writable");
    }
    return attach(*tree, place);
}

Result<void> bindOver(const UniqueFd& source, const UniqueFd& place) {
    auto tree = cloneTree(source);
    if (!tree)
        return std::unexpected(tree.error());
    return attach(*tree, place);
}

Result<void> mountPlain(const std::string& type, const std::string& place, const std::string& options) {
    constexpr unsigned long harmless = MS_NOSUID | MS_NODEV;
    const unsigned long flags = type == "proc" ? harmless | MS_NOEXEC : harmless;
    if (::mount(type.c_str(), place.c_str(), type.c_str(), flags, options.c_str()) < 0)
        return failErrno("cannot mount " + type + " on " + place);
    return {};
}

Result<void> sealMount(const std::string& place) {
    auto fd = openExact(place);
    if (!fd)
        return std::unexpected(fd.error());
    if (setAttributes(*fd, 0, {.set = attributeReadOnly}) < 0)
        return failErrno("cannot make " + place + " read-only");
    return {};
}

Result<void> makeMountsPrivate() {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0)
        return failErrno("cannot cut the sandbox's mounts off from those outside");
    return {};
}

} // namespace exeat::gate
