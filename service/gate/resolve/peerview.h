#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"
#include "shared/domain/command.h"

#include <string>

#include <sys/types.h>

namespace exeat::gate {

/**
 * How the process that wants to exec sees the file system: its root and working directory through /proc. The pid is
 * the kernel's word about who made the socket; what is read here is only compared with our own view, never trusted.
 */
class PeerView {
public:
    /** An error if the process is gone or may not be read. */
    static Result<PeerView> open(pid_t pid);

    const UniqueFd& root() const { return m_root; }
    /** What its working directory is now. */
    Result<FileIdentity> workdir() const;
    /** What `path` (absolute) is for the peer, links followed inside its root (openat2(2), RESOLVE_IN_ROOT). */
    Result<FileIdentity> identityOf(const std::string& path) const;

private:
    std::string m_folder; ///< /proc/PID
    UniqueFd m_root;
};

} // namespace exeat::gate
