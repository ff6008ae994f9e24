#pragma once

#include "shared/domain/ids.h"

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace exeat {

/** An agent as the kernel and it itself describe it. */
struct AgentInfo {
    SessionId session;
    pid_t shimPid = 0;           ///< kernel
    std::uint64_t shimStart = 0; ///< kernel: clock ticks since boot
    std::string claimedName;     ///< from clientInfo, bounded; "claims to be", never used to decide
    std::string claimedVersion;
    std::string workdir;     ///< of the shim at its start
    std::string projectRoot; ///< nearest ancestor with a project_root_markers entry, else workdir
    bool operator==(const AgentInfo&) const = default;
};

} // namespace exeat
