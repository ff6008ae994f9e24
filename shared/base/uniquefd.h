#pragma once

#include "shared/base/error.h"

#include <utility>

namespace exeat {

/** Sole owner of one descriptor; -1 means none. Every descriptor it makes is close-on-exec. */
class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : m_fd(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other)
            reset(std::exchange(other.m_fd, -1));
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    int get() const { return m_fd; }
    explicit operator bool() const { return m_fd >= 0; }
    [[nodiscard]] int release() { return std::exchange(m_fd, -1); }
    void reset(int fd = -1);

    /** A second descriptor of the same open file, close-on-exec. */
    Result<UniqueFd> duplicate() const;

private:
    int m_fd = -1;
};

struct PipePair {
    UniqueFd read;
    UniqueFd write;
};
/** pipe2(O_CLOEXEC). */
Result<PipePair> makePipe();

struct SocketPair {
    UniqueFd ours;
    UniqueFd theirs;
};
/** socketpair(AF_UNIX, type | SOCK_CLOEXEC); `type` is SOCK_STREAM or SOCK_SEQPACKET. */
Result<SocketPair> makeSocketPair(int type);

Result<void> setNonBlocking(const UniqueFd& fd);

/** The whole of a file, at most `limit` bytes; larger is ErrorKind::Limit. */
Result<std::string> readFile(const std::string& path, std::size_t limit);

/** The same of what is open; `path` is for the words of an error. */
Result<std::string> readAll(const UniqueFd& fd, const std::string& path, std::size_t limit);

/** Writes all of `data`, retrying on EINTR. The descriptor must be blocking. */
Result<void> writeAll(int fd, std::string_view data);

} // namespace exeat
