#include "service/cli/mcp/lineoutput.h"

#include <algorithm>
#include <climits>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat {

LineOutput::LineOutput(int fd) : m_fd(fd) {
    struct stat facts{};
    m_isSocket = ::fstat(fd, &facts) == 0 && S_ISSOCK(facts.st_mode);
}

void LineOutput::add(std::string_view line) {
    if (m_start > 0 && m_start >= m_bytes.size() / 2) {
        m_bytes.erase(0, m_start);
        m_start = 0;
    }
    m_bytes.append(line);
    m_bytes += '\n';
}

ssize_t LineOutput::writeSome(std::string_view bytes) const {
    if (m_isSocket)
        return ::send(m_fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    pollfd room{m_fd, POLLOUT, 0};
    if (::poll(&room, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return ::write(m_fd, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
}

Result<void> LineOutput::flush() {
    while (wantsToWrite()) {
        const ssize_t written = writeSome(std::string_view(m_bytes).substr(m_start));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return {};
        if (written < 0)
            return fail(ErrorKind::Unavailable, systemError("cannot write to standard output").text);
        m_start += static_cast<std::size_t>(written);
    }
    m_bytes.clear();
    m_start = 0;
    return {};
}

} // namespace exeat
