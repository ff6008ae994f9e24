#pragma once

#include <chrono>
#include <vector>

#include <sys/types.h>

namespace exeat::gate {

/** Who survived: only processes that we may not signal (another user's, as below sudo). */
enum class TreeEnd { AllGone, SomeLeft };

/** Every process below `root`, all threads' children included, without `root`. Zombies, too. */
std::vector<pid_t> descendantsOf(pid_t root);

/** Whether anything was there that we may signal. */
enum class KillReach { Something, Nothing };

/** Stops, then kills `root` and all below it, as far as they are where they were when found. Reaps nothing. */
KillReach killBelow(const std::vector<pid_t>& roots);

/** One line for a person about each process below us that is no zombie: command, pid and user; at most 16. */
std::vector<std::string> describeDescendants();

/**
 * Kills and reaps all children of this process and all below them, which as a subreaper it inherits, until none is
 * left or `most` is over; limits::foreignEnd if only such are left that we may not signal. SIGCHLD must be blocked.
 * Stopping before killing is what a fork bomb cannot outrun.
 */
TreeEnd endAllChildren(std::chrono::milliseconds most);

} // namespace exeat::gate
