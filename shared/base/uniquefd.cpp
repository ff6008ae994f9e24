#include "shared/base/uniquefd.h"

#include "shared/base/filechunks.h"

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
    const auto file = openRegular(path);
    return file ? readAll(*file, path, limit) : std::unexpected(file.error());
}

Result<std::string> readAll(const UniqueFd& fd, const std::string& path, std::size_t limit) {
    std::string content;
    const auto read = readChunks(fd, path, limit, [&](std::string_view chunk) -> Result<void> {
        content += chunk;
        return {};
    });
    if (!read)
        return std::unexpected(read.error());
    return content;
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
