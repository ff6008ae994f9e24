#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"
#include "shared/domain/command.h"

#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace exeat::gate {

/** A folder that was searched on the way to a file, also on the way of a symbolic link. */
struct WalkedFolder {
    std::string path;
    FileIdentity identity;
    bool operator==(const WalkedFolder&) const = default;
};

/** One path, followed by hand, component by component, from one root. */
struct WalkedPath {
    UniqueFd file;                     ///< O_PATH of the final object; none if there is an obstacle
    struct stat facts = {};            ///< of `file`
    std::string realPath;              ///< all links followed; as far as it went
    std::vector<std::string> names;    ///< basenames: as called, of each link on the way, of the final file
    std::vector<WalkedFolder> folders; ///< in the order of the search
    bool indirect = false;             ///< a symbolic link or `..` was on the way: it depends on more than its folders
    bool rootOnly = true;              ///< all folders, links and the file are root's, none writable by group or others
    std::optional<Error> obstacle;     ///< why the end was not reached; `errnum` as path_resolution(7) has it

    FileIdentity identity() const;
};

FileIdentity identityOf(const struct stat& facts);

/**
 * Follows `path` (absolute) below `root` (an O_PATH of a root folder) with openat(O_PATH|O_NOFOLLOW). `..` is taken
 * from what was searched, so that it can never leave `root`. Never follows a link of procfs: a walk that enters it ends
 * with ErrorKind::Refused. Opens nothing for reading, so it cannot block on a fifo or a device.
 */
WalkedPath walkPath(const UniqueFd& root, const std::string& path);

/** O_PATH of `/`, of this process. */
Result<UniqueFd> openOwnRoot();

} // namespace exeat::gate
