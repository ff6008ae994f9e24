#pragma once

#include "service/mcp/toolcall.h"

#include <expected>

/** The tool `shell_wait`: joins a run that an earlier answer left behind. Cancelling it leaves the run alone. */
namespace exeat::mcp {

/** The session's run that `arguments.run` names, or words for the model. */
Result<Run*> findRun(AgentLink& link, const Json& arguments);

std::expected<FollowPlan, ToolReply> planShellWait(AgentLink& link, const Json& arguments);

} // namespace exeat::mcp
