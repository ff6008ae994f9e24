#include "service/gate/sandbox/gitfolders.h"

#include "shared/base/uniquefd.h"

#include <string_view>

#include <sys/stat.h>

namespace exeat::gate {

namespace {

constexpr std::size_t pointerBytes = 8192; // a path and its keyword

std::string firstLine(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) < 0 || !S_ISREG(status.st_mode))
        return {};
    auto content = readFile(path, pointerBytes);
    if (!content)
        return {};
    return content->substr(0, content->find_first_of("\r\n"));
}

std::string against(const std::string& folder, const std::string& path) {
    return path.starts_with('/') ? path : folder + "/" + path;
}

} // namespace

std::vector<std::string> gitFoldersElsewhere(const std::string& root) {
    constexpr std::string_view keyword = "gitdir:";
    const std::string line = firstLine(root + "/.git");
    if (!line.starts_with(keyword))
        return {};
    const auto start = line.find_first_not_of(' ', keyword.size());
    if (start == std::string::npos)
        return {};
    const std::string folder = against(root, line.substr(start));
    std::vector<std::string> folders{folder};
    if (const std::string common = firstLine(folder + "/commondir"); !common.empty())
        folders.push_back(against(folder, common));
    return folders;
}

} // namespace exeat::gate
