#include "service/gate/intercept/peerstream.h"

#include "shared/base/limits.h"

#include <array>
#include <cstring>

#include <sys/socket.h>

namespace exeat::gate {

namespace {

void adoptFds(msghdr& message, std::deque<UniqueFd>& into) {
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        const std::size_t number = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < number; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
            into.emplace_back(fd);
        }
    }
}

} // namespace

Result<void> PeerStream::readSome(PeerFds fds) {
    std::array<char, 65536> bytes;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(limits::fdsPerMessage * sizeof(int))> control;
    iovec part{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    // Without room for them the kernel closes descriptors itself and says so.
    message.msg_control = fds == PeerFds::Taken ? control.data() : nullptr;
    message.msg_controllen = fds == PeerFds::Taken ? control.size() : 0;
    const ssize_t got = ::recvmsg(m_socket.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return {};
    if (got < 0)
        return fail(ErrorKind::Unavailable, systemError("cannot read from the helper").text);
    adoptFds(message, m_fds);
    if ((message.msg_flags & MSG_CTRUNC) != 0)
        return fail(ErrorKind::Invalid, "descriptors where none belong, or more than there is room for");
    if (m_fds.size() > limits::inheritedFds)
        return fail(ErrorKind::Limit, "more descriptors than a program may inherit");
    if (got == 0)
        return fail(ErrorKind::Unavailable, "the helper is gone");
    m_held += static_cast<std::size_t>(got);
    m_frames.feed({bytes.data(), static_cast<std::size_t>(got)});
    return {};
}

UniqueFd PeerStream::takeFd() {
    if (m_fds.empty())
        return {};
    UniqueFd fd = std::move(m_fds.front());
    m_fds.pop_front();
    return fd;
}

Result<void> PeerStream::send(std::string_view payload) {
    return sendFramed(wire::frame(payload));
}

Result<void> PeerStream::sendFramed(std::string_view bytes) {
    const ssize_t sent = ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(bytes.size()))
        return fail(ErrorKind::Unavailable, "the helper takes no answer");
    return {};
}

} // namespace exeat::gate
