#pragma once

#include "service/mcp/toolcall.h"

#include <expected>

/** A modern call that comes back with a person's answers (mcp.md §2.5). */
namespace exeat::mcp {

/**
 * Opens `params.requestState`, hands `params.inputResponses` to the approvals, and gives back the run that the first
 * round started: nothing is ever started here, so a state that comes twice joins the same run. -32602 for a state
 * that is not ours, too old, of other arguments, or of a run that is gone.
 */
std::expected<FollowPlan, RpcError> planNextRound(AgentLink& link, const Json& params, const std::string& callDigest,
                                                  const CallContext& context);

} // namespace exeat::mcp
