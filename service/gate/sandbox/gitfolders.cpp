#include "service/gate/sandbox/gitfolders.h"

#include "shared/base/text.h"
#include "shared/base/uniquefd.h"

#include <string_view>

#include <sys/stat.h>

namespace exeat::gate {

namespace {

constexpr std::size_t pointerBytes = 8192; // a path and its keyword

/** Empty if git could not read it either. */
Result<std::string> firstLine(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) < 0 || !S_ISREG(status.st_mode))
        return std::string();
    const auto content = readFile(path, pointerBytes);
    if (content)
        return content->substr(0, content->find_first_of("\r\n"));
    if (content.error().errnum == EWOULDBLOCK) // fcntl(2): until the lease is over, nobody knows what to protect
        return fail(ErrorKind::Unavailable,
                    "another program has a lease on " + visible(path) +
                        " and keeps it from being read; it says where the repository is, which must be protected. End "
                        "that program, or wait until it is through.");
    return std::string();
}

std::string against(const std::string& folder, const std::string& path) {
    return path.starts_with('/') ? path : folder + "/" + path;
}

} // namespace

Result<std::vector<std::string>> gitFoldersElsewhere(const std::string& root) {
    using Folders = std::vector<std::string>;
    constexpr std::string_view keyword = "gitdir:";
    const auto line = firstLine(root + "/.git");
    if (!line)
        return std::unexpected(line.error());
    if (!line->starts_with(keyword))
        return Folders();
    const auto start = line->find_first_not_of(' ', keyword.size());
    if (start == std::string::npos)
        return Folders();
    const std::string folder = against(root, line->substr(start));
    const auto common = firstLine(folder + "/commondir");
    if (!common)
        return std::unexpected(common.error());
    return common->empty() ? Folders{folder} : Folders{folder, against(folder, *common)};
}

} // namespace exeat::gate
