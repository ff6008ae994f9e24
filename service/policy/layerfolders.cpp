#include "service/policy/layerfolders.h"

#include "shared/base/limits.h"
#include "shared/base/paths.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <sys/stat.h>

namespace exeat {
namespace {

namespace fs = std::filesystem;

bool isMarked(const fs::path& directory, const std::string& marker) {
    const std::string path = (directory / marker).string();
    struct stat facts{};
    if (marker.empty() || ::stat(path.c_str(), &facts) < 0)
        return false;
    if (marker != ".git" || S_ISREG(facts.st_mode))
        return true;
    // An empty .git directory is no repository: git writes HEAD first.
    return S_ISDIR(facts.st_mode) && ::lstat((path + "/HEAD").c_str(), &facts) == 0;
}

bool isSameFolder(const std::string& a, const std::string& b) {
    struct stat first{};
    struct stat second{};
    if (::stat(a.c_str(), &first) < 0 || ::stat(b.c_str(), &second) < 0)
        return a == b;
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

} // namespace

std::string resolvedPath(const std::string& path) {
    // Most exist; the general way looks at each part of the path twice.
    std::error_code error;
    fs::path resolved = fs::canonical(path, error);
    if (error)
        resolved = fs::weakly_canonical(path, error);
    if (error)
        resolved = fs::path(path).lexically_normal();
    if (!resolved.has_filename() && resolved != resolved.root_path())
        resolved = resolved.parent_path();
    return resolved.string();
}

std::string userRulesFolder(const RuntimePaths& paths) {
    return (fs::path(paths.configFile).parent_path() / "rules").string();
}

std::vector<LayerFolder> commonFolders(const RuntimePaths& paths) {
    const fs::path shipped = fs::path(paths.programFolder).parent_path() / "share/exeat/rules";
    return {
        {Layer::Shipped, shipped.string(), rules::Vocabulary::Exeat, {}},
        {Layer::System, paths.systemFolder + "/codex/rules", rules::Vocabulary::Codex, {}},
        {Layer::System, paths.systemFolder + "/exeat/rules", rules::Vocabulary::Exeat, {}},
        {Layer::User, paths.codexHome + "/rules", rules::Vocabulary::Codex, {}},
        {Layer::User, userRulesFolder(paths), rules::Vocabulary::Exeat, {}},
    };
}

std::string requirementsPath(const RuntimePaths& paths) {
    return paths.systemFolder + "/codex/requirements.toml";
}

const std::optional<std::string>& ProjectLookup::rootOf(const std::string& directory) {
    if (const auto known = m_roots.find(directory); known != m_roots.end())
        return known->second;
    const fs::path path(directory);
    std::optional<std::string> root;
    if (path != path.parent_path())
        root = rootOf(path.parent_path().string());
    if (!root && std::ranges::any_of(m_markers, [&](const std::string& marker) { return isMarked(path, marker); }))
        root = directory;
    return m_roots.emplace(directory, std::move(root)).first->second;
}

RulesReach ProjectLookup::reachOf(const std::string& directory) {
    return rootOf(directory) ? RulesReach::Below : RulesReach::DirectoryOnly;
}

std::vector<std::string> ProjectLookup::directoriesOf(const std::string& directory) {
    const std::string root = rootOf(directory).value_or(directory);
    std::vector<std::string> directories;
    for (fs::path path = directory; isWithin(path.string(), root); path = path.parent_path()) {
        directories.push_back(path.string());
        if (path == path.parent_path())
            break;
    }
    std::ranges::reverse(directories);
    directories.resize(std::min(directories.size(), limits::rulesLevels));
    return directories;
}

std::optional<std::string> projectRoot(const std::string& directory, const ProjectMarkers& markers) {
    return ProjectLookup(markers).rootOf(resolvedPath(directory));
}

std::vector<std::string> projectDirectories(const std::string& directory, const ProjectMarkers& markers) {
    return ProjectLookup(markers).directoriesOf(resolvedPath(directory));
}

std::vector<LayerFolder> projectFolders(const RuntimePaths& paths, const std::string& directory) {
    const std::string codex = (fs::path(directory) / ".codex").string();
    const std::string exeat = (fs::path(directory) / ".exeat").string();
    std::vector<LayerFolder> folders;
    if (!isSameFolder(codex, paths.codexHome))
        folders.push_back({Layer::Project, codex + "/rules", rules::Vocabulary::Codex, directory});
    if (!isSameFolder(exeat, fs::path(paths.configFile).parent_path().string()))
        folders.push_back({Layer::Project, exeat + "/rules", rules::Vocabulary::Exeat, directory});
    return folders;
}

} // namespace exeat
