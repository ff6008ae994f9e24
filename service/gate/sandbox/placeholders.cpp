#include "service/gate/sandbox/placeholders.h"

#include "service/gate/sandbox/paths.h"
#include "shared/base/scopeexit.h"
#include "shared/base/text.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

constexpr std::size_t recordBytes = 8192; // a path and two numbers
constexpr std::string_view suffix = ".placeholder";

/** "device inode path". */
struct Record {
    FileIdentity file;
    std::string path;
};

std::string toText(const Record& record) {
    return std::to_string(record.file.device) + " " + std::to_string(record.file.inode) + " " + record.path;
}

std::optional<Record> readRecord(const UniqueFd& fd) {
    std::string text(recordBytes, '\0');
    const ssize_t size = ::pread(fd.get(), text.data(), text.size(), 0);
    if (size <= 0)
        return std::nullopt;
    text.resize(static_cast<std::size_t>(size));
    Record record;
    char* rest = nullptr;
    record.file.device = ::strtoull(text.c_str(), &rest, 10);
    record.file.inode = ::strtoull(rest, &rest, 10);
    if (*rest != ' ' || rest[1] != '/')
        return std::nullopt;
    record.path = rest + 1;
    return record;
}

/** FNV-1a: a record's name must be the same in every build. The record holds the path itself. */
std::uint64_t hashOf(std::string_view text, std::uint64_t hash) {
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

Result<UniqueFd> openParent(const std::string& path) {
    return openExact(parentOf(path));
}

std::optional<struct stat> statusIn(const UniqueFd& parent, const std::string& name) {
    struct stat status{};
    if (::fstatat(parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0)
        return std::nullopt;
    return status;
}

/** A descriptor for flock(2), whatever stands there by now. */
UniqueFd openToLock(const UniqueFd& parent, const std::string& name) {
    return UniqueFd(::openat(parent.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

bool isEmptyFolder(const UniqueFd& fd) {
    auto copy = fd.duplicate();
    DIR* folder = copy ? ::fdopendir(copy->get()) : nullptr;
    if (folder == nullptr)
        return false;
    (void)copy->release();
    const ScopeExit close([&] { ::closedir(folder); });
    while (const dirent* entry = ::readdir(folder)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..")
            return false;
    }
    return true;
}

Placeholders::Left removeIfEmpty(const Record& record) {
    using enum Placeholders::Left;
    auto parent = openParent(record.path);
    if (!parent)
        return Nothing;
    const std::string name = nameOf(record.path);
    const UniqueFd object = openToLock(*parent, name); // closed after the removal: a borrower must not come between
    if (object && ::flock(object.get(), LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
        return Borrowed;
    const auto status = statusIn(*parent, name);
    if (!status || FileIdentity{status->st_dev, status->st_ino} != record.file)
        return Nothing;
    if (S_ISDIR(status->st_mode))
        ::unlinkat(parent->get(), name.c_str(), AT_REMOVEDIR);
    else if (S_ISREG(status->st_mode) && status->st_size == 0)
        ::unlinkat(parent->get(), name.c_str(), 0);
    return Nothing;
}

/** 0 or an error number. */
int createIn(const UniqueFd& parent, const std::string& name, PlaceholderKind kind) {
    if (kind == PlaceholderKind::Folder)
        return ::mkdirat(parent.get(), name.c_str(), 0755) < 0 ? errno : 0;
    const UniqueFd file(
        ::openat(parent.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    return file ? 0 : errno;
}

} // namespace

Placeholders::Lock::~Lock() {
    if (m_fd >= 0)
        ::flock(m_fd, LOCK_UN);
}

Result<Placeholders> Placeholders::open(std::string folder) {
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(folder).parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) < 0 && errno != EEXIST)
        return failErrno("cannot make " + visible(folder) + " for what stands in for missing protected folders");
    UniqueFd lockFile(::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lockFile)
        return failErrno("cannot open " + visible(folder) + "/lock");
    return Placeholders(std::move(folder), std::move(lockFile));
}

Placeholders::Lock Placeholders::lock() {
    while (::flock(m_lockFile.get(), LOCK_EX) < 0 && errno == EINTR) {
    }
    return Lock(m_lockFile.get());
}

std::string Placeholders::recordPath(std::string_view path) const {
    return m_folder + "/" + std::to_string(hashOf(path, 0xcbf29ce484222325ULL)) + "-" +
           std::to_string(hashOf(path, 0x9e3779b97f4a7c15ULL)) + std::string(suffix);
}

Result<bool> Placeholders::make(const std::string& path, PlaceholderKind kind) {
    auto parent = openParent(path);
    if (!parent)
        return std::unexpected(changedMeanwhile(path));
    const int error = createIn(*parent, nameOf(path), kind);
    if (error == EACCES || error == EPERM || error == EROFS)
        return false;
    if (error == EEXIST)
        return std::unexpected(changedMeanwhile(path));
    if (error != 0)
        return failErrno("cannot protect " + visible(path), error);
    const auto status = statusIn(*parent, nameOf(path));
    if (!status)
        return std::unexpected(changedMeanwhile(path));
    const Record record{{status->st_dev, status->st_ino}, path};
    // A stale record of something that is gone may be there, held by a run that lost it.
    UniqueFd fd(::open(recordPath(path).c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd || ::flock(fd.get(), LOCK_SH | LOCK_NB) < 0 || !writeAll(fd.get(), toText(record))) {
        auto failure = systemError("cannot record what stands in for " + visible(path));
        removeIfEmpty(record);
        return std::unexpected(failure);
    }
    Held& held = m_held[path];
    if (held.users++ == 0)
        held.record = std::move(fd);
    return true;
}

Result<bool> Placeholders::join(const std::string& path) {
    if (auto held = m_held.find(path); held != m_held.end()) {
        ++held->second.users;
        return true;
    }
    UniqueFd fd(::open(recordPath(path).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (!fd)
        return false;
    const auto record = readRecord(fd);
    auto parent = openParent(path);
    const auto status = parent ? statusIn(*parent, nameOf(path)) : std::nullopt;
    if (!record || record->path != path || !status || FileIdentity{status->st_dev, status->st_ino} != record->file)
        return false;
    if (::flock(fd.get(), LOCK_SH | LOCK_NB) < 0)
        return failErrno("cannot share what stands in for " + visible(path));
    m_held[path] = {std::move(fd), 1};
    return true;
}

Result<Placeholders::Borrowed> Placeholders::borrow(const std::string& path, const FileIdentity& file) {
    auto parent = openParent(path);
    const auto is = [&](const std::optional<struct stat>& status) {
        return status && FileIdentity{status->st_dev, status->st_ino} == file;
    };
    const auto status = parent ? statusIn(*parent, nameOf(path)) : std::nullopt;
    if (!is(status))
        return std::unexpected(changedMeanwhile(path));
    const bool emptyFile = S_ISREG(status->st_mode) && status->st_size == 0;
    if (!S_ISDIR(status->st_mode) && !emptyFile)
        return Borrowed{};
    UniqueFd object = openToLock(*parent, nameOf(path));
    if (!object || (!emptyFile && !isEmptyFolder(object)))
        return Borrowed{};
    const bool locked = ::flock(object.get(), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK;
    // Its owner had the lock between our looks and is done.
    if (!is(statusIn(*parent, nameOf(path))))
        return std::unexpected(changedMeanwhile(path));
    return locked ? Borrowed{std::move(object), false} : Borrowed{{}, true};
}

Placeholders::Left Placeholders::drop(const std::string& path) {
    auto held = m_held.find(path);
    if (held == m_held.end() || --held->second.users > 0)
        return Left::Nothing;
    const Left left = removeIfUnused(recordPath(path), std::move(held->second.record));
    m_held.erase(held);
    return left;
}

Placeholders::Left Placeholders::removeIfUnused(const std::string& recordFile, UniqueFd record) {
    if (::flock(record.get(), LOCK_EX | LOCK_NB) < 0)
        return Left::Nothing; // another gate's runs still need it, and its last one removes it
    const auto content = readRecord(record);
    if (content && removeIfEmpty(*content) == Left::Borrowed)
        return Left::Borrowed;
    ::unlink(recordFile.c_str());
    return Left::Nothing;
}

Placeholders::Left Placeholders::sweep() {
    Left left = Left::Nothing;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(m_folder, error)) {
        const std::string path = entry.path().string();
        if (!path.ends_with(suffix))
            continue;
        if (UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)); fd)
            left = std::max(left, removeIfUnused(path, std::move(fd)));
    }
    return left;
}

} // namespace exeat::gate
