#pragma once

#include "service/approvals/answerguard.h"
#include "shared/base/error.h"
#include "shared/base/uniquefd.h"

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace exeat {

/**
 * The process at the other end of a connected AF_UNIX socket, held by pidfd so that its number cannot come to mean
 * another one unnoticed. It is who called connect(2); whoever else holds that descriptor speaks in its name.
 */
class PeerIdentity {
public:
    /** `socket` is borrowed. Refused for another user's process and for one that is gone already. */
    static Result<PeerIdentity> of(int socket);

    pid_t pid() const { return m_pid; }
    /** Still alive, and the same process by start time. */
    bool isSame() const;
    PeerTerminal terminal() const;
    /** Its running program compared by device and inode with those in `programFolder`. */
    PeerProgram program(const std::string& programFolder) const;
    /** "pid 4711 /usr/bin/exeat on pts/3", for history and people. */
    std::string describe() const;

private:
    PeerIdentity() = default;
    pid_t m_pid = 0;
    std::uint64_t m_startTime = 0;
    UniqueFd m_pidfd;
};

} // namespace exeat
