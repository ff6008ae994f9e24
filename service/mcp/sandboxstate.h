#pragma once

#include "service/mcp/json.h"
#include "service/run/runrequest.h"

#include <optional>
#include <string>

/** What Codex tells an MCP server of its sandbox, in both shapes (codex.md §4.3). */
namespace exeat::mcp {

/**
 * Params of the request `codex/sandbox-state/update` (0.97 shape: sandboxPolicy, sandboxCwd). Relative paths are
 * against `workdir`. `codexLinuxSandboxExe` is not even read. Invalid: the answer is -32602 with this text.
 */
Result<ClientSandbox> parseSandboxUpdate(const Json& params, const std::string& workdir);

/**
 * `_meta["codex/sandbox-state"]` or `_meta["codex/sandbox-state-meta"]` of a call, in the 0.169 shape
 * (permissionProfile, sandboxCwd as file URI) or the 0.97 one. Nothing if there is none. What is not understood is read
 * as the narrowest: read-only without network; so is a profile with entries that we cannot carry out (paths hidden from
 * reading).
 */
std::optional<ClientSandbox> parseCallSandbox(const Json& meta, const std::string& workdir);

} // namespace exeat::mcp
