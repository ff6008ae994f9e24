#include "shared/wire/frame.h"

#include <cstring>

#include <sys/socket.h>

namespace exeat::wire {

std::string frame(std::string_view payload) {
    std::string bytes;
    bytes.reserve(payload.size() + 4);
    for (unsigned shift = 0; shift < 32; shift += 8)
        bytes += static_cast<char>((payload.size() >> shift) & 0xFFU);
    bytes += payload;
    return bytes;
}

Result<std::optional<std::string>> FrameReader::take() {
    if (m_buffer.size() - m_start < 4)
        return std::nullopt;
    std::size_t size = 0;
    for (unsigned i = 0; i < 4; ++i)
        size |= std::size_t{static_cast<unsigned char>(m_buffer[m_start + i])} << (8 * i);
    if (size > m_limit)
        return fail(ErrorKind::Invalid,
                    "a frame of " + std::to_string(size) + " bytes; at most " + std::to_string(m_limit) + " are taken");
    if (m_buffer.size() - m_start - 4 < size)
        return std::nullopt;
    std::string payload = m_buffer.substr(m_start + 4, size);
    m_start += 4 + size;
    if (m_start == m_buffer.size() || m_start > 65536) {
        m_buffer.erase(0, m_start);
        m_start = 0;
    }
    return payload;
}

void FdChannel::send(std::string_view payload, std::vector<UniqueFd> fds) {
    m_out.push_back({frame(payload), 0, std::move(fds)});
    m_queuedBytes += m_out.back().bytes.size();
}

Result<void> FdChannel::flush() {
    while (!m_out.empty()) {
        Outgoing& next = m_out.front();
        iovec part{next.bytes.data() + next.sent, next.bytes.size() - next.sent};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        std::vector<char> control;
        if (!next.fds.empty()) {
            control.resize(CMSG_SPACE(next.fds.size() * sizeof(int)));
            message.msg_control = control.data();
            message.msg_controllen = control.size();
            cmsghdr* header = CMSG_FIRSTHDR(&message);
            if (header == nullptr)
                return fail(ErrorKind::Invalid, "descriptors do not fit the room made for them");
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(next.fds.size() * sizeof(int));
            for (std::size_t i = 0; i < next.fds.size(); ++i) {
                const int fd = next.fds[i].get();
                std::memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof fd);
            }
        }
        const ssize_t sent = ::sendmsg(m_socket.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return {};
        if (sent < 0)
            return fail(ErrorKind::Unavailable, systemError("the other side of a socket is gone").text);
        next.fds.clear();
        next.sent += static_cast<std::size_t>(sent);
        if (next.sent == next.bytes.size()) {
            m_queuedBytes -= next.bytes.size();
            m_out.pop_front();
        }
    }
    return {};
}

Result<void> FdChannel::receive() {
    char bytes[65536];
    alignas(cmsghdr) char control[CMSG_SPACE(limits::fdsPerMessage * sizeof(int))];
    for (;;) {
        iovec part{bytes, sizeof bytes};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const ssize_t got = ::recvmsg(m_socket.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return {};
        if (got < 0)
            return fail(ErrorKind::Unavailable, systemError("cannot read from a socket").text);
        for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
            if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
                continue;
            const std::size_t number = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (std::size_t i = 0; i < number; ++i) {
                int fd = -1;
                std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
                m_fds.emplace_back(fd);
            }
        }
        if (m_fds.size() > limits::inheritedFds)
            return fail(ErrorKind::Invalid, "more descriptors than any message carries");
        if (got == 0)
            return fail(ErrorKind::Unavailable, "the other side closed the socket");
        m_reader.feed({bytes, static_cast<std::size_t>(got)});
    }
}

std::optional<UniqueFd> FdChannel::takeFd() {
    if (m_fds.empty())
        return std::nullopt;
    UniqueFd fd = std::move(m_fds.front());
    m_fds.pop_front();
    return fd;
}

} // namespace exeat::wire
