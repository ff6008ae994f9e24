#include "service/policy/layerfolders.h"

#include "shared/base/limits.h"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>

namespace exeat {
namespace {

namespace fs = std::filesystem;

bool hasProjectMarker(const fs::path& directory) {
    const std::string marker = (directory / ".git").string();
    struct stat facts{};
    if (::stat(marker.c_str(), &facts) < 0)
        return false;
    if (S_ISREG(facts.st_mode))
        return true;
    // An empty .git directory is no repository: git writes HEAD first.
    return S_ISDIR(facts.st_mode) && ::lstat((marker + "/HEAD").c_str(), &facts) == 0;
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
        {Layer::System, "/etc/codex/rules", rules::Vocabulary::Codex, {}},
        {Layer::System, "/etc/exeat/rules", rules::Vocabulary::Exeat, {}},
        {Layer::User, paths.codexHome + "/rules", rules::Vocabulary::Codex, {}},
        {Layer::User, userRulesFolder(paths), rules::Vocabulary::Exeat, {}},
    };
}

std::optional<std::string> projectRoot(const std::string& directory) {
    for (const auto& path : ancestors(directory)) {
        if (hasProjectMarker(path))
            return path.string();
    }
    return std::nullopt;
}

std::vector<std::string> projectDirectories(const std::string& directory) {
    auto chain = ancestors(directory);
    const auto outermost = std::find_if(chain.rbegin(), chain.rend(), hasProjectMarker);
    chain.erase(outermost == chain.rend() ? chain.begin() + 1 : outermost.base(), chain.end());
    std::vector<std::string> directories;
    for (auto path = chain.rbegin(); path != chain.rend() && directories.size() < limits::rulesLevels; ++path)
        directories.push_back(path->string());
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
