#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"

#include <cstdint>
#include <string>

/** The kernel's mount interface by descriptors (Linux 5.12), so that what was looked at is what is mounted. */
namespace exeat::gate {

/** Which file it is, whatever its name. */
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
};

/** O_PATH, following no symbolic link anywhere; a link in last place is opened itself. openat2(2). */
Result<UniqueFd> openExact(const std::string& path);
Result<FileIdentity> identityOf(const UniqueFd& fd);

enum class BindAccess {
    AsIs,
    Writable, ///< lifts the read-only flag where it was not inherited from outside the sandbox
    ReadOnly,
};
/** Makes `place` a mount of itself with everything below it: it can then not be renamed or removed. */
Result<void> bindOnItself(const UniqueFd& place, BindAccess access);

/** Mounts what `source` names over `place`; both a folder or both not. */
Result<void> bindOver(const UniqueFd& source, const UniqueFd& place);

/** A file system without a device: "tmpfs" or "proc". Never set-uid, devices or (proc) programs. */
Result<void> mountPlain(const std::string& type, const std::string& place, const std::string& options);

/** Sets the read-only flag of the mount at `place`. */
Result<void> sealMount(const std::string& place);

/** Mounts made outside later do not appear inside, where they would be writable. */
Result<void> makeMountsPrivate();

} // namespace exeat::gate
