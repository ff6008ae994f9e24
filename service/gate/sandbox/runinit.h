#pragma once

#include "service/gate/sandbox/zygoteprotocol.h"
#include "shared/base/uniquefd.h"

#include <vector>

#include <linux/filter.h>

namespace exeat::gate {

/** Everything that the first process of a run is given. */
struct RunStart {
    StartShell shell;
    std::vector<UniqueFd> fds; ///< as StartShell says
};

/**
 * First process of a run, in its own pid, mount and ipc namespaces: mounts, gives up every privilege, starts the
 * shell, reaps, writes its ShellEnd, and by ending ends all that is left. Of a room: only reaps, for ever.
 */
[[noreturn]] void runInit(RunStart start, std::vector<sock_filter>& filter);

} // namespace exeat::gate
