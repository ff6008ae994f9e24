#pragma once

#include "shared/base/error.h"
#include "shared/qt/runtimepaths.h"

#include <string>
#include <vector>

namespace exeat {

/** NAME=value as at login: from the user database, plus the few names of ours that say where things are. */
Result<std::vector<std::string>> serviceEnvironment();

/**
 * Starts `exeatd` beside our program as a daemon: double fork, own session, the environment above, no descriptor of
 * ours, cwd `/`, umask 077. Returns once it was executed, not when it listens; a second instance ends by itself (its
 * lock). Where the user's systemd knows exeatd.socket, that is started instead. Refused inside a sandbox. Blocks for a
 * few milliseconds.
 */
Result<void> startService(const RuntimePaths& paths);

} // namespace exeat
