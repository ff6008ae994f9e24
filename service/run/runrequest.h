#pragma once

#include "shared/domain/ids.h"
#include "shared/domain/sandboxspec.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace exeat {

/** How much a client or a call asks for; only a person or a rule grants more than the user's ceiling (DESIGN.md §4.7).
 */
enum class SandboxPermissions { UseDefault, WorkspaceWrite, Network, RequireEscalated };

/** What a client says the sandbox should be (codex.md §4.3). It may narrow; what exceeds the ceiling is asked. */
struct ClientSandbox {
    SandboxMode mode = SandboxMode::ReadOnly;
    NetworkAccess network = NetworkAccess::Off;
    std::vector<std::string> writableRoots;
    bool excludeTmp = false;
    bool excludeTmpdir = false;
    std::string workdir; ///< sandboxCwd
    bool operator==(const ClientSandbox&) const = default;
};

enum class OutputStreams {
    Merged,   ///< one pipe: the order is exact
    Separate, ///< two pipes: which stream is known, the order between them is that of reading
};

/** One call of the shell tool, parsed and bounded, nothing decided. */
struct RunRequest {
    SessionId session;
    std::string script;
    std::string workdir; ///< absolute
    std::optional<std::chrono::milliseconds> timeout;
    bool login = false;
    OutputStreams streams = OutputStreams::Merged;
    SandboxPermissions permissions = SandboxPermissions::UseDefault;
    std::string justification; ///< the agent's words for `permissions`, bounded
    std::optional<ClientSandbox> clientSandbox;
    std::optional<SandboxMode>
        personMode; ///< `exeat run --sandbox`: the person's own choice, not bounded by the ceiling
    std::optional<NetworkAccess> personNetwork;
    std::vector<std::string> environment; ///< NAME=value; empty = the session's
};

} // namespace exeat
