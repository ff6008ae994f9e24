#pragma once

#include "service/mcp/era.h"
#include "shared/domain/approval.h"

/** A question to a person as the form of an MCP client (mcp.md §2.2), and what comes back. */
namespace exeat::mcp {

/** What an answer from a client may do (DESIGN.md §8). */
enum class FormReach { OnceOrDeny, DenyOnly };

/** False: the form leaves some of it out, so nobody may allow it there. */
bool isShownWhole(const Approval& approval);

/** Params of `elicitation/create`: one string enum, the lowest that all clients show. */
Json approvalForm(const Approval& approval, FormReach reach, Revision revision);

enum class FormAnswer {
    AllowOnce,
    Deny,       ///< the person said no
    LeaveOpen,  ///< the person wants to answer elsewhere
    Unanswered, ///< cancelled, an error, or not understandable: nobody said anything
};

/** Reads the result of an elicitation. What the form did not offer is Unanswered, never an allow. */
FormAnswer readFormAnswer(const Json& result, FormReach reach);

} // namespace exeat::mcp
