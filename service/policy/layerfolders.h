#pragma once

#include "rules/policy.h"
#include "shared/qt/runtimepaths.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/** Which rules folders hold for a directory. DESIGN.md §5, codex.md §2.1. Reads the file system, keeps nothing. */
namespace exeat {

/** One folder of `.rules` files; it need not exist. */
struct LayerFolder {
    Layer layer = Layer::Project;
    std::string path;
    rules::Vocabulary vocabulary = rules::Vocabulary::Codex;
    std::string owner; ///< of a project layer: the directory whose `.codex` or `.exeat` it is in
    bool operator==(const LayerFolder&) const = default;
};

/** Where a directory's rules hold: in a project, for every directory below it, too. */
enum class RulesReach { DirectoryOnly, Below };

/** Folders that hold everywhere, lowest first: shipped, system, user. */
std::vector<LayerFolder> commonFolders(const RuntimePaths& paths);

/** The administrator's prefix rules that may only tighten: /etc/codex/requirements.toml. */
std::string requirementsPath(const RuntimePaths& paths);

/** Where rules of the user are written: $XDG_CONFIG_HOME/exeat/rules. */
std::string userRulesFolder(const RuntimePaths& paths);

/** Names of entries that make a directory the root of a project (`project_root_markers`). */
using ProjectMarkers = std::vector<std::string>;

/**
 * The outermost ancestor of `directory`, or itself, with one of the markers; a `.git` must be a file (worktree,
 * submodule) or a directory with a HEAD. Symbolic links are followed first. Nothing: it lies in no project.
 */
std::optional<std::string> projectRoot(const std::string& directory, const ProjectMarkers& markers);

/**
 * Every directory from the outermost project root above `directory` down to it (only itself where there is no project):
 * those whose rules hold for it. At most limits::rulesLevels, the outermost: nobody keeps rules further down, and an
 * agent can make any number of folders.
 */
std::vector<std::string> projectDirectories(const std::string& directory, const ProjectMarkers& markers);

/**
 * The two above for many directories at one moment: looks at each folder once. Paths as resolvedPath() returns them.
 */
class ProjectLookup {
public:
    explicit ProjectLookup(ProjectMarkers markers) : m_markers(std::move(markers)) {}
    const std::optional<std::string>& rootOf(const std::string& directory);
    RulesReach reachOf(const std::string& directory);
    std::vector<std::string> directoriesOf(const std::string& directory);

private:
    ProjectMarkers m_markers;
    std::map<std::string, std::optional<std::string>> m_roots; ///< by directory
};

/**
 * `.codex/rules` and `.exeat/rules` of one project directory, given as resolvedPath() returns it. A `.codex` that is
 * CODEX_HOME and an `.exeat` that is our own configuration are left out: they are in commonFolders().
 */
std::vector<LayerFolder> projectFolders(const RuntimePaths& paths, const std::string& directory);

/** `path` with symbolic links followed as far as it exists, no trailing slash. */
std::string resolvedPath(const std::string& path);

} // namespace exeat
