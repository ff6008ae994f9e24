#pragma once

#include <string>
#include <vector>

namespace exeat {

enum class SandboxMode { ReadOnly, WorkspaceWrite, FullAccess };
enum class NetworkAccess { Off, On };

/** What one run may touch: data, computed in the service, built by the gate. Equal specs share a ready sandbox. */
struct SandboxSpec {
    SandboxMode mode = SandboxMode::ReadOnly;
    NetworkAccess network = NetworkAccess::Off;
    std::vector<std::string> writableRoots;  ///< absolute, real paths of existing folders; empty unless WorkspaceWrite
    std::vector<std::string> protectedNames; ///< directly below each writable root, read-only, existing or not
    std::vector<std::string> readOnlyPaths;  ///< absolute; existing or not; e.g. start-up files, our configuration
    std::vector<std::string> hiddenPaths;    ///< absolute; replaced by something empty; e.g. /run, our state folder
    /** Absolute. A symbolic link among them that leads to a file in a hidden folder shows that one file, read-only. */
    std::vector<std::string> shownLinks{};
    std::vector<std::string> existingNames{}; ///< as protectedNames, but only where they exist

    bool operator==(const SandboxSpec&) const = default;
};

} // namespace exeat
