#pragma once

#include "service/gate/sandbox/mountcalls.h"
#include "shared/domain/sandboxspec.h"

#include <functional>
#include <string>
#include <vector>

namespace exeat::gate {

/** What happens to one file or folder in a run's mount namespace, in the order in which kinds are carried out. */
enum class MountKind {
    Writable, ///< a writable root
    Pin,      ///< a folder on the way to a protected one: stays writable, cannot be renamed or removed
    Link,     ///< a symbolic link on that way: cannot be replaced
    ReadOnly,
    HideFolder,
    HideFile,
    Show, ///< a file of a hidden folder, over the symbolic link that leads to it
};

struct MountStep {
    MountKind kind = MountKind::ReadOnly;
    std::string path;          ///< without symbolic links, except that a Link names one
    FileIdentity file;         ///< what was there when the plan was made; anything else there later stops the run
    std::string source{};      ///< of Show: the file, without symbolic links
    FileIdentity sourceFile{}; ///< of Show
    bool operator==(const MountStep&) const = default;
};

/** `path` was not what the plan says when its turn came. The words are for whom every attempt failed. */
Error changedMeanwhile(const std::string& path);

/** What must stand for a protected path that does not exist. */
enum class PlaceholderKind { Folder, File };

/**
 * Makes something to mount on. True: it is there now. False: nobody of this user can create it, so that nothing has to
 * be protected.
 */
using MakePlaceholder = std::function<Result<bool>(const std::string& path, PlaceholderKind kind)>;

/**
 * The mounts of one run, judged by the file system as it is now. Parents come before what is below them; each path
 * appears once with its strictest meaning. A missing path of `readOnlyPaths` is taken for a file unless it ends in a
 * slash; a missing protected name is taken for a folder. Refused: a writable root that is or lies behind a symbolic
 * link, or is "/", or lies below /proc or /dev.
 */
Result<std::vector<MountStep>> planMounts(const SandboxSpec& spec, const MakePlaceholder& makePlaceholder);

} // namespace exeat::gate
