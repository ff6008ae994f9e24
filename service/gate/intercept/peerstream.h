#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"
#include "shared/wire/frame.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace exeat::gate {

/** What a hostile peer may send along. */
enum class PeerFds { Refused, Taken };

/**
 * Frames with one helper. Never blocks, reads a bounded piece at a time, and holds at most one frame, so that a peer
 * that writes for ever or byte by byte costs its own turn only. Any error means: drop the peer.
 */
class PeerStream {
public:
    explicit PeerStream(UniqueFd socket) : m_socket(std::move(socket)) {}

    int fd() const { return m_socket.get(); }
    /** Unavailable: the peer is gone. Invalid: descriptors that may not be, or too many. */
    Result<void> readSome(PeerFds fds);
    Result<std::optional<std::string>> take() { return m_frames.take(); }
    bool holdsPart() const { return m_frames.holdsPart(); }
    std::size_t heldBytes() const { return m_held; }
    std::size_t heldFds() const { return m_fds.size(); }
    UniqueFd takeFd();
    /** All at once or an error: answers are far smaller than any socket buffer of an honest peer. */
    Result<void> send(std::string_view payload);
    Result<void> sendFramed(std::string_view bytes);
    UniqueFd release() { return std::move(m_socket); }

private:
    UniqueFd m_socket;
    wire::FrameReader m_frames;
    std::size_t m_held = 0; ///< bytes read in all; a claim is one frame, so it is also what is held
    std::deque<UniqueFd> m_fds;
};

} // namespace exeat::gate
