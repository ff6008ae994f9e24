#pragma once

#include "shared/base/uniquefd.h"

namespace exeat {

/** Listening sockets of the service manager (sd_listen_fds(3)), by the names of exeatd.socket: mcp, control. */
struct ActivatedSockets {
    UniqueFd mcp;
    UniqueFd control;
};

/** Takes them from the environment of this process, once, and makes them close-on-exec. Empty ones if there are none.
 */
ActivatedSockets activatedSockets();

} // namespace exeat
