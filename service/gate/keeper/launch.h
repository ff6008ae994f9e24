#pragma once

#include "service/gate/sandbox/enterroom.h"
#include "shared/base/error.h"
#include "shared/base/uniquefd.h"
#include "shared/domain/command.h"

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace exeat::gate {

/** Whether the new program waits, before its first instruction, for a look at what it is. */
enum class Checkpoint {
    None,
    AtExec, ///< traced; stops with SIGTRAP once execve has succeeded; passCheckpoint() lets it go
};

/** A descriptor and the number at which the program gets it. */
struct PlacedFd {
    int number = -1;
    UniqueFd fd;
};

struct LaunchPlan {
    std::string path;
    std::vector<std::string> argv;
    std::vector<std::string> environment;
    UniqueFd workdir; ///< O_PATH of a folder
    ProcessSetup setup;
    std::vector<PlacedFd> fds; ///< exactly these; all others are closed, 0-2 included
    Checkpoint checkpoint = Checkpoint::None;
    std::optional<RoomDoor> room; ///< the command runs there; its working directory must be `workdir`, seen from inside
};

/**
 * Starts a child that leads its own process group and dies with this process. Blocks until execve has succeeded or
 * failed, as vfork(2). Limits are never above our own hard ones, the number of open files is
 * originalFileLimit() unless the setup says otherwise, niceness never below ours. The error's errnum is
 * execve's. Into a room by fork(2), a few times slower. Single-threaded callers only.
 */
Result<pid_t> launch(const LaunchPlan& plan);

/** Lets a child that stopped at its checkpoint go on with the signal mask of its setup. */
void passCheckpoint(pid_t pid, const ProcessSetup& setup);

/** A child that writes `words` to the plan's standard error and exits with `code`; for words that could block us. */
Result<pid_t> launchMessage(const LaunchPlan& plan, const std::string& words, int code);

} // namespace exeat::gate
