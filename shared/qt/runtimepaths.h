#pragma once

#include "shared/base/error.h"

#include <string>

namespace exeat {

/** Every place of Exeat on this machine for this user. Absolute paths, no trailing slash. */
struct RuntimePaths {
    std::string home;          ///< from the user database, not from HOME
    std::string runtimeFolder; ///< $XDG_RUNTIME_DIR/exeat or /tmp/exeat-UID; 0700, ours, verified
    std::string mcpSocket;
    std::string controlSocket;
    std::string lockFile;
    std::string configFile;  ///< $XDG_CONFIG_HOME/exeat/config.toml
    std::string stateFolder; ///< $XDG_STATE_HOME/exeat; 0700
    std::string historyFile;
    std::string codexHome;     ///< $CODEX_HOME or ~/.codex
    std::string programFolder; ///< where this binary lies; the others lie beside it
    /** Where the administrator's files are. No environment and no option changes it; tests have their own. */
    std::string systemFolder = "/etc";
};

/** Where this binary lies. Makes nothing, so that it can be told inside a sandbox, too. */
Result<std::string> programFolder();

/**
 * Reads the environment of this process. The runtime folder is made if missing; a symbolic link, a foreign owner or
 * other permissions are an error that names the cure (DESIGN.md §2).
 */
Result<RuntimePaths> runtimePaths();

} // namespace exeat
