#include "service/policy/rulesfolder.h"

#include "shared/base/limits.h"
#include "shared/base/scopeexit.h"
#include "shared/base/text.h"
#include "shared/base/uniquefd.h"

#include <algorithm>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

namespace exeat {
namespace {

constexpr std::string_view suffix = ".rules";

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileStamp stampOf(const struct stat& facts) {
    return {{facts.st_dev, facts.st_ino}, facts.st_size, nanoseconds(facts.st_mtim), nanoseconds(facts.st_ctim)};
}

/** Clocks of file systems tick every few milliseconds. */
constexpr std::int64_t settledAfter = 100'000'000;

std::string_view whatItIs(mode_t mode) {
    if (S_ISLNK(mode))
        return "a symbolic link";
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISFIFO(mode))
        return "a pipe";
    return "no regular file";
}

enum class Links { Refuse, Follow };

/** `name`: below `folder`, or absolute. */
void readFileInto(int folder, const std::string& name, Links links, RulesFileOnDisk& file, const IsKnown& isKnown) {
    struct stat facts{};
    const bool follow = links == Links::Follow;
    if (::fstatat(folder, name.c_str(), &facts, follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0) {
        file.text = failErrno("cannot look at " + file.path);
        return;
    }
    file.stamp = stampOf(facts);
    if (!S_ISREG(facts.st_mode)) {
        file.text = fail(ErrorKind::Invalid, file.path + " is " + std::string(whatItIs(facts.st_mode)) +
                                                 ", but rules are read from regular files only; put a copy there");
        return;
    }
    if (isKnown(file.path, file.stamp))
        return;
    // The name may mean something else by now: O_NONBLOCK and a second look keep a pipe from holding us.
    const UniqueFd fd(
        ::openat(folder, name.c_str(), O_RDONLY | (follow ? 0 : O_NOFOLLOW) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!fd) {
        const int why = errno;
        const bool isLeased = why == EWOULDBLOCK; // fcntl(2)
        file.text = failErrno(isLeased ? "another program has a lease on " + file.path + " and keeps it from being read"
                                       : "cannot open " + file.path,
                              why);
        return;
    }
    if (::fstat(fd.get(), &facts) < 0 || !S_ISREG(facts.st_mode)) {
        file.text = fail(ErrorKind::Invalid, file.path + " was replaced while it was read");
        return;
    }
    file.stamp = stampOf(facts);
    file.text = readAll(fd, file.path, limits::rulesFileBytes);
    if (!file.text->has_value() && file.text->error().kind == ErrorKind::Limit)
        file.text->error().text += "; split it into several files";
}

/** Names of the rules files; false if there are more than we take. */
bool listNames(DIR* stream, std::vector<std::string>& names) {
    while (const dirent* entry = ::readdir(stream)) { // NOLINT(concurrency-mt-unsafe): the stream is ours alone
        const std::string_view name = entry->d_name;
        if (name.size() > suffix.size() && name.ends_with(suffix))
            names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    if (names.size() <= limits::rulesFilesPerFolder)
        return true;
    names.resize(limits::rulesFilesPerFolder);
    return false;
}

} // namespace

bool isSettled(const FileStamp& stamp) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return nanoseconds(now) - stamp.changed > settledAfter;
}

bool isUnchanged(const FileStamp& now, const FileStamp& known) {
    return now == known && isSettled(now);
}

std::optional<RulesFileOnDisk> readRulesFile(const std::string& path, const IsKnown& isKnown) {
    struct stat facts{};
    if (::lstat(path.c_str(), &facts) < 0 && (errno == ENOENT || errno == ENOTDIR))
        return std::nullopt;
    RulesFileOnDisk file{path, {}, {}};
    readFileInto(AT_FDCWD, path, Links::Follow, file, isKnown);
    return file;
}

RulesFolderOnDisk readRulesFolder(const std::string& path, const IsKnown& isKnown) {
    RulesFolderOnDisk result;
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) {
        const int reason = errno;
        struct stat facts{};
        // `.codex` itself may be a file: then there is no rules folder. A `rules` that is no folder is a mistake.
        if (reason == ENOENT && ::lstat(path.c_str(), &facts) == 0)
            result.problem = Error{ErrorKind::Missing, path + " is a link that leads nowhere; mend or remove it", 0};
        else if (reason == ENOTDIR && ::lstat(path.c_str(), &facts) == 0)
            result.problem = Error{ErrorKind::Invalid, path + " is not a folder; its rules cannot be read", 0};
        else if (reason != ENOENT && reason != ENOTDIR)
            result.problem = systemError("cannot open " + path, reason);
        return result;
    }
    DIR* stream = ::fdopendir(fd.get());
    if (stream == nullptr) {
        result.problem = systemError("cannot list " + path);
        return result;
    }
    const int folder = fd.release(); // the stream owns it now
    const ScopeExit closeStream([stream] { ::closedir(stream); });
    std::vector<std::string> names;
    if (!listNames(stream, names))
        result.problem = Error{ErrorKind::Limit,
                               path + " holds more than " + std::to_string(limits::rulesFilesPerFolder) +
                                   " rules files; put several into one",
                               0};
    std::size_t bytes = 0;
    for (const auto& name : names) {
        struct stat facts{};
        const bool there = ::fstatat(folder, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
        // One that is too large by itself is not read, and says so itself.
        if (const auto size = there ? static_cast<std::size_t>(std::max<off_t>(facts.st_size, 0)) : 0;
            size <= limits::rulesFileBytes)
            bytes += size;
        if (bytes > limits::rulesFolderBytes && names.size() > 1) {
            result.problem = Error{ErrorKind::Limit,
                                   path + " holds more than " + std::to_string(limits::rulesFolderBytes) +
                                       " bytes of rules; those of " + name + " and later files are left out",
                                   0};
            break;
        }
        readFileInto(folder, name, Links::Refuse, result.files.emplace_back(RulesFileOnDisk{path + "/" + name, {}, {}}),
                     isKnown);
    }
    return result;
}

} // namespace exeat
