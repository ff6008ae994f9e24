#include "service/run/temporaryfolders.h"

#include "service/sandbox/profile.h"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include <fcntl.h>
#include <sys/stat.h>

namespace exeat {
namespace {

struct Folder {
    std::tuple<std::int64_t, std::uint32_t> born; ///< which nobody can set; 0 where the file system does not know
    std::string path;
    auto operator<=>(const Folder&) const = default;
};

} // namespace

std::vector<std::string> hiddenTemporaryFolders(const std::string& folder) {
    std::vector<Folder> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        struct statx facts{};
        // No links: any agent may put one there, and what it leads to would be hidden from the others.
        if (!isHiddenTemporary(entry.path().filename().string()) ||
            ::statx(AT_FDCWD, entry.path().c_str(), AT_SYMLINK_NOFOLLOW, STATX_TYPE | STATX_BTIME, &facts) < 0 ||
            !S_ISDIR(facts.stx_mode))
            continue;
        found.push_back({{facts.stx_btime.tv_sec, facts.stx_btime.tv_nsec}, entry.path().string()});
    }
    std::ranges::sort(found);
    std::vector<std::string> paths;
    for (auto& one : found)
        paths.push_back(std::move(one.path));
    return paths;
}

} // namespace exeat
