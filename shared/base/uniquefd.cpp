#include "shared/base/uniquefd.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat {

void UniqueFd::reset(int fd) {
    if (m_fd >= 0)
        ::close(m_fd);
    m_fd = fd;
}

Result<UniqueFd> UniqueFd::duplicate() const {
    const int copy = ::fcntl(m_fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return failErrno("cannot duplicate a descriptor");
    return UniqueFd(copy);
}

Result<PipePair> makePipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return failErrno("cannot make a pipe");
    return PipePair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<SocketPair> makeSocketPair(int type) {
    int ends[2];
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) < 0)
        return failErrno("cannot make a socket pair");
    return SocketPair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<void> setNonBlocking(const UniqueFd& fd) {
    const int flags = ::fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) < 0)
        return failErrno("cannot make a descriptor non-blocking");
    return {};
}

Result<std::string> readFile(const std::string& path, std::size_t limit) {
    // O_NONBLOCK: an agent can put a fifo anywhere it writes, and opening one waits for its other end.
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat facts{};
    if (!fd || ::fstat(fd.get(), &facts) < 0)
        return failErrno("cannot open " + path);
    if (!S_ISREG(facts.st_mode))
        return fail(ErrorKind::Invalid, path + " is not a regular file");
    return readAll(fd, path, limit);
}

Result<std::string> readAll(const UniqueFd& fd, const std::string& path, std::size_t limit) {
    std::string content;
    char chunk[16384];
    for (;;) {
        const ssize_t got = ::read(fd.get(), chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failErrno("cannot read " + path);
        if (got == 0)
            return content;
        if (content.size() + static_cast<std::size_t>(got) > limit)
            return fail(ErrorKind::Limit, path + " is larger than " + std::to_string(limit) + " bytes");
        content.append(chunk, static_cast<std::size_t>(got));
    }
}

Result<void> writeAll(int fd, std::string_view data) {
    while (!data.empty()) {
        const ssize_t put = ::write(fd, data.data(), data.size());
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return failErrno("cannot write");
        data.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

} // namespace exeat
