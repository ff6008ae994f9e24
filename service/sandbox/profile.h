#pragma once

#include "shared/qt/runtimepaths.h"

#include <string>
#include <vector>

namespace exeat {

/** What every sandbox protects and hides, whatever was granted. DESIGN.md §6. */
struct SandboxProfile {
    std::vector<std::string> protectedNames; ///< directly below each writable root
    std::vector<std::string> readOnlyPaths;  ///< existing or not
    std::vector<std::string> hiddenPaths;
    std::vector<std::string> existingNames{}; ///< as protectedNames, where they exist: no placeholder in a project
    bool operator==(const SandboxProfile&) const = default;
};

/** What the setting unprotected_names may name; the other protected names hold repositories, rules and keys. */
const std::vector<std::string>& openableNames();

/**
 * `temporaryEntries` are the full paths of what lies in /tmp now: sockets of ssh-agent, tmux and X11 have names of
 * their own there. `sessionRuntimeFolder` is XDG_RUNTIME_DIR of the login environment, may be empty. `unprotected` are
 * some of openableNames(), which the user opened.
 */
SandboxProfile sandboxProfile(const RuntimePaths& paths, const std::string& sessionRuntimeFolder,
                              const std::vector<std::string>& temporaryEntries,
                              const std::vector<std::string>& unprotected = {});

/** Variables that only lead to sockets which the sandbox hides, taken out; what tells a program where it is, put in. */
std::vector<std::string> insideEnvironment(const std::vector<std::string>& agents, bool networkOff);

} // namespace exeat
