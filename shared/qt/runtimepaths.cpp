#include "shared/qt/runtimepaths.h"

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <vector>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat {
namespace {

std::string environmentPath(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): read before any thread starts
    // A relative XDG path is invalid and must be ignored (XDG Base Directory Specification).
    return value != nullptr && value[0] == '/' ? value : otherwise;
}

Result<std::string> homeFolder() {
    std::vector<char> room(16384);
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
        return fail(ErrorKind::Missing,
                    "this user has no entry in the user database, so there is no home folder to work in");
    return std::string(entry.pw_dir);
}

/** A folder that only we can enter. */
Result<void> ensurePrivateFolder(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) < 0 && errno != EEXIST)
        return failErrno("cannot make " + path);
    struct stat facts{};
    if (::lstat(path.c_str(), &facts) < 0)
        return failErrno("cannot look at " + path);
    if (!S_ISDIR(facts.st_mode))
        return fail(ErrorKind::Refused,
                    path + " is not a folder (perhaps a link that somebody planted); remove it and try again");
    if (facts.st_uid != ::getuid())
        return fail(ErrorKind::Refused, path + " belongs to another user; have it removed and try again");
    if ((facts.st_mode & 0077U) != 0 && ::chmod(path.c_str(), 0700) < 0)
        return failErrno("cannot take other users' rights from " + path);
    return {};
}

} // namespace

Result<std::string> programFolder() {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error)
        return failErrno("cannot find our own program", error.value());
    return self.parent_path().string();
}

Result<RuntimePaths> runtimePaths() {
    RuntimePaths paths;
    auto home = homeFolder();
    if (!home)
        return std::unexpected(home.error());
    paths.home = *home;
    const std::string runtime = environmentPath("XDG_RUNTIME_DIR", "");
    struct stat facts{};
    const bool usable = !runtime.empty() && ::stat(runtime.c_str(), &facts) == 0 && facts.st_uid == ::getuid();
    paths.runtimeFolder = usable ? runtime + "/exeat" : "/tmp/exeat-" + std::to_string(::getuid());
    if (auto made = ensurePrivateFolder(paths.runtimeFolder); !made)
        return std::unexpected(made.error());
    paths.mcpSocket = paths.runtimeFolder + "/mcp.sock";
    paths.controlSocket = paths.runtimeFolder + "/control.sock";
    paths.lockFile = paths.runtimeFolder + "/exeatd.lock";
    paths.configFile = environmentPath("XDG_CONFIG_HOME", paths.home + "/.config") + "/exeat/config.toml";
    paths.stateFolder = environmentPath("XDG_STATE_HOME", paths.home + "/.local/state") + "/exeat";
    paths.historyFile = paths.stateFolder + "/history.sqlite";
    paths.codexHome = environmentPath("CODEX_HOME", paths.home + "/.codex");
    auto programs = programFolder();
    if (!programs)
        return std::unexpected(programs.error());
    paths.programFolder = std::move(*programs);
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(paths.stateFolder).parent_path(), error);
    if (error)
        return failErrno("cannot make " + paths.stateFolder, error.value());
    if (auto made = ensurePrivateFolder(paths.stateFolder); !made)
        return std::unexpected(made.error());
    return paths;
}

} // namespace exeat
