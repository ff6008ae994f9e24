#pragma once

#include "shared/domain/sandboxspec.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace exeat {

/** What one `[sandbox…]` table of config.toml says; what it does not say stays open. */
struct SandboxSettings {
    std::optional<SandboxMode> mode;
    std::optional<NetworkAccess> network;
    std::vector<std::string> writableRoots; ///< absolute
    std::optional<bool> excludeTmp;
    std::optional<bool> excludeTmpdir;
    std::vector<std::string> unprotectedNames; ///< of openableNames() (profile.h); counts for user and projects
    bool operator==(const SandboxSettings&) const = default;
};

/** The user's ceiling, DESIGN.md §6. */
struct CeilingSettings {
    SandboxSettings user;
    std::map<std::string, SandboxSettings>
        projects; ///< by absolute path of the project root, where it may widen; for projects below it only narrows
    std::map<std::string, SandboxSettings> agents; ///< by claimed name, therefore may only narrow
    std::string note;                              ///< what whoever runs a command must know of it; mostly empty
    bool operator==(const CeilingSettings&) const = default;
};

} // namespace exeat
