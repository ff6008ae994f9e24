#pragma once

#include "service/mcp/toolcall.h"

#include <expected>

/** The tool `shell`: a new run for each call. */
namespace exeat::mcp {

struct ShellArguments {
    RunRequest request;
    std::chrono::milliseconds patience{};
};

/** DESIGN.md §7, §4.7; `workdir` is the agent's. Errors are words for the model. */
Result<ShellArguments> parseShellArguments(const Json& arguments, const SessionId& session, const std::string& workdir);

/** `params` of the tools/call, for the client's sandbox in `_meta`. */
std::expected<FollowPlan, ToolReply> planShell(AgentLink& link, const Json& arguments, const Json& params);

} // namespace exeat::mcp
