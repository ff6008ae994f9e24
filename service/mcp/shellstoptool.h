#pragma once

#include "service/mcp/toolcall.h"

#include <expected>

/** The tool `shell_stop`: ends a run and gives what it printed; a run that is over gives its result. */
namespace exeat::mcp {

std::expected<FollowPlan, ToolReply> planShellStop(AgentLink& link, const Json& arguments);

} // namespace exeat::mcp
