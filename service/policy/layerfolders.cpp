#include "service/policy/layerfolders.h"

#include "shared/base/limits.h"
#include "shared/base/paths.h"

#include <algorithm>
#include <filesystem>

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

bool isRoot(const fs::path& directory, const ProjectMarkers& markers) {
    return std::ranges::any_of(markers, [&](const std::string& marker) { return isMarked(directory, marker); });
}

/** The directory itself first, the root of the file system last. */
std::vector<fs::path> ancestors(const std::string& directory) {
    std::vector<fs::path> chain;
    for (fs::path path = resolvedPath(directory);; path = path.parent_path()) {
        chain.push_back(path);
        if (path == path.parent_path())
            return chain;
    }
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
    std::error_code error;
    fs::path resolved = fs::weakly_canonical(path, error);
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

std::optional<std::string> projectRoot(const std::string& directory, const ProjectMarkers& markers) {
    std::optional<std::string> root;
    for (const auto& path : ancestors(directory)) {
        if (isRoot(path, markers))
            root = path.string();
    }
    return root;
}

std::vector<std::string> projectDirectories(const std::string& directory, const ProjectMarkers& markers) {
    auto chain = ancestors(directory);
    const std::string root = projectRoot(directory, markers).value_or(chain.front().string());
    std::vector<std::string> directories;
    for (auto path = chain.rbegin(); path != chain.rend() && directories.size() < limits::rulesLevels; ++path) {
        if (isWithin(path->string(), root))
            directories.push_back(path->string());
    }
    return directories;
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
