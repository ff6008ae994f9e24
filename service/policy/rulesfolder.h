#pragma once

#include "shared/base/error.h"
#include "shared/domain/command.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/** What lies in one rules folder, read as codex.md §2.3 says. Knows nothing of the language. */
namespace exeat {

/** Changes whenever a file's content can have changed; the change time cannot be set by a program (inode(7)). */
struct FileStamp {
    FileIdentity identity;
    std::int64_t size = 0;
    std::int64_t modified = 0; ///< nanoseconds since 1970
    std::int64_t changed = 0;  ///< as above, of the inode
    bool operator==(const FileStamp&) const = default;
};

struct RulesFileOnDisk {
    std::string path;
    FileStamp stamp; ///< of the link itself for a symbolic link
    /** Nothing: unchanged, not read again. An error says why it cannot be used. */
    std::optional<Result<std::string>> text;
};

struct RulesFolderOnDisk {
    std::vector<RulesFileOnDisk> files; ///< sorted bytewise by name
    /** The folder itself cannot be read, or not wholly. A folder that does not exist is simply empty. */
    std::optional<Error> problem;
};

/**
 * False: a second write within a tick of the file system's clock would leave this stamp, too, so what is known of it
 * may be out of date.
 */
bool isSettled(const FileStamp& stamp);

/** What was read under the stamp `known` is still all that is there now. */
bool isUnchanged(const FileStamp& now, const FileStamp& known);

/** True if the file's text is not to be read: that of this stamp is known, say. */
using IsKnown = std::function<bool(const std::string& path, const FileStamp& stamp)>;

/** One file, whatever its name; links are followed. Nothing: it does not exist. */
std::optional<RulesFileOnDisk> readRulesFile(const std::string& path, const IsKnown& isKnown);

/**
 * Every entry whose name ends in `.rules` and is longer. Symbolic links, directories, pipes, unreadable, invalid or
 * huge files come back with an error instead of text. A `path` that is a symbolic link to a folder is followed. Blocks
 * only for disk.
 */
RulesFolderOnDisk readRulesFolder(const std::string& path, const IsKnown& isKnown);

} // namespace exeat
