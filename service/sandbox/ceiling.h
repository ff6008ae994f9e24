#pragma once

#include "service/run/runrequest.h"
#include "service/sandbox/profile.h"
#include "service/sandbox/settings.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

/** How much one call may touch: config, project, client and call in; a sandbox, or what exceeds the ceiling, out. */
namespace exeat {

/** Facts that the computation needs; nothing here is read from an agent but `agentName`. */
struct CeilingFacts {
    std::string home;
    std::string projectRoot; ///< of the session; its real path when that began
    std::string tmpdir;      ///< TMPDIR of the login environment (an agent's own would choose a root), may be empty
    std::string agentName;   ///< claimed
    /** The real path of an existing folder, or nothing. */
    std::function<std::optional<std::string>(const std::string&)> realFolder;
    /** namedFolder(): for what is writable without being asked about, each call anew. */
    std::function<std::optional<std::string>(const std::string&)> namedFolder;
    /** ProtectedPlaces::contain(). A folder in such a place is writable only if the user's own settings name it. */
    std::function<bool(const std::string& realPath)> isProtected = [](const std::string&) { return false; };
};

/** What may be had without asking. `note` tells in words why it is less than expected, and the cure; else empty. */
struct SandboxGrant {
    SandboxMode mode = SandboxMode::ReadOnly;
    NetworkAccess network = NetworkAccess::Off;
    std::vector<std::string> writableRoots;
    std::string note;
    bool operator==(const SandboxGrant&) const = default;
};

/** What a call wants beyond that. `wanted` is the whole sandbox if a person agrees, for that call only. */
struct SandboxExcess {
    SandboxGrant wanted;
    std::vector<std::string> extraRoots;
    std::string words; ///< "network access; writing below /x"
    /** No sandbox at all, or writing where programs outside take their code and settings from. */
    bool equalsNoSandbox = false;
    bool operator==(const SandboxExcess&) const = default;
};

struct SandboxFit {
    SandboxGrant granted;
    std::optional<SandboxExcess> excess; ///< absent: `granted` is all that was asked
    bool operator==(const SandboxFit&) const = default;
};

/** True for folders that are never writable merely because an agent was started there: home, what holds it, system. */
bool isTooWide(const std::string& folder, const std::string& home);

/** The user's bound for this session. */
SandboxGrant ceilingOf(const CeilingSettings& settings, const CeilingFacts& facts);

/** Client and call against the ceiling. A client narrows; every step up from the result is an excess. */
SandboxFit fitSandbox(const CeilingSettings& settings, const CeilingFacts& facts, const RunRequest& request);

/**
 * What a rule's sandbox="workspace-write" gives to a command of a call that was granted `granted`: the call's own
 * writable folders, or where it has none the user's. With the network; the gate takes it away again.
 */
SandboxGrant ruleWorkspace(const CeilingSettings& settings, const CeilingFacts& facts, const SandboxGrant& granted);

/** What the user opened for this project: said for all projects, or for this one. */
std::vector<std::string> unprotectedNames(const CeilingSettings& settings, const std::string& projectRoot);

/** With what is protected and hidden whatever was granted. */
SandboxSpec specOf(const SandboxGrant& grant, const SandboxProfile& profile);

} // namespace exeat
