#pragma once

#include "shared/qt/runtimepaths.h"

#include <string>
#include <string_view>
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

/** Whether a folder of this name in /tmp holds sockets of ssh-agent, tmux, … */
bool isHiddenTemporary(std::string_view name);

/**
 * `temporaryFolders` are full paths of folders in /tmp; of those that isHiddenTemporary(), the first are hidden, up to
 * limits::hiddenTemporaryFolders. `sessionRuntimeFolder` is XDG_RUNTIME_DIR of the login environment, may be empty.
 * `unprotected` are some of openableNames(), which the user opened.
 */
SandboxProfile sandboxProfile(const RuntimePaths& paths, const std::string& sessionRuntimeFolder,
                              const std::vector<std::string>& temporaryFolders,
                              const std::vector<std::string>& unprotected = {});

/** Variables that only lead to sockets which the sandbox hides, taken out; what tells a program where it is, put in. */
std::vector<std::string> insideEnvironment(const std::vector<std::string>& agents, bool networkOff);

} // namespace exeat
