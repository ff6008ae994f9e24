#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"
#include "shared/domain/sandboxspec.h"

#include <string>
#include <vector>

/** How a command from outside gets into a room: a run without a shell (StartShell without argv), held by its init. */
namespace exeat::gate {

struct RoomDoor {
    UniqueFd init; ///< pidfd
    std::vector<std::string> writable;
    std::string workdir;
    NetworkAccess network = NetworkAccess::Off; ///< On: the machine's, which is ours already
};

/**
 * Enters the namespaces of the room and gives up every privilege, for ever. The pid namespace is that of the children
 * made afterwards. The working directory is "/". For a process of one thread that was forked for it.
 */
Result<void> enterRoom(const RoomDoor& door);

/** In such a child: what a run's shell is bound by, but for the system call filter, which must come last. */
Result<void> confine(const RoomDoor& door);

} // namespace exeat::gate
