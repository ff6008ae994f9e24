#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/uniquefd.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exeat::wire {

/** u32 little-endian length + payload. The caller keeps payloads below limits::frameBytes. */
std::string frame(std::string_view payload);

/**
 * Bytes in, frames out: feed() what was read, then take() until it answers nothing. A length above `limit` is
 * Invalid for ever: the connection must be dropped.
 */
class FrameReader {
public:
    explicit FrameReader(std::size_t limit = limits::frameBytes) : m_limit(limit) {}
    void feed(std::string_view bytes) { m_buffer.append(bytes); }
    /** A frame, nothing (incomplete), or an error (invalid). */
    Result<std::optional<std::string>> take();
    /** True if bytes of an unfinished frame are held. */
    bool holdsPart() const { return m_buffer.size() > m_start; }

private:
    std::string m_buffer;
    std::size_t m_start = 0;
    std::size_t m_limit;
};

/**
 * Frames with descriptors over one non-blocking stream socket, for poll loops. The descriptors of a frame are sent
 * with its first byte, so they are there when the frame is complete. Not thread-safe.
 */
class FdChannel {
public:
    explicit FdChannel(UniqueFd socket, std::size_t limit = limits::frameBytes)
        : m_socket(std::move(socket)), m_reader(limit) {}

    int fd() const { return m_socket.get(); }
    /** Queues a frame; `fds` (at most limits::fdsPerMessage) are owned until sent. */
    void send(std::string_view payload, std::vector<UniqueFd> fds = {});
    bool wantsToWrite() const { return !m_out.empty(); }
    std::size_t queuedBytes() const { return m_queuedBytes; }
    /** Writes what the socket takes now. Unavailable: the peer is gone. */
    Result<void> flush();
    /** Reads what is there. Unavailable: end of file, the peer is gone (frames already read can still be taken). */
    Result<void> receive();
    Result<std::optional<std::string>> take() { return m_reader.take(); }
    /** The oldest descriptor received and not yet taken. */
    std::optional<UniqueFd> takeFd();
    std::size_t heldFds() const { return m_fds.size(); }

private:
    struct Outgoing {
        std::string bytes;
        std::size_t sent = 0;
        std::vector<UniqueFd> fds;
    };
    UniqueFd m_socket;
    FrameReader m_reader;
    std::deque<Outgoing> m_out;
    std::size_t m_queuedBytes = 0;
    std::deque<UniqueFd> m_fds;
};

} // namespace exeat::wire
