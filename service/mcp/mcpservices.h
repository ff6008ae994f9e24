#pragma once

#include "service/approvals/approvalqueue.h"
#include "service/mcp/requeststate.h"
#include "service/run/runmanager.h"
#include "service/session/sessions.h"

#include <functional>

namespace exeat::mcp {

/** What the MCP side needs of the rest of the service; all outlive it. Main thread only. */
struct McpServices {
    Sessions& sessions;
    RunManager& runs;
    ApprovalQueue& approvals;
    const RequestStateSealer& sealer;
    /** True while somebody watches the questions elsewhere: a desktop, `exeat approvals watch`. */
    std::function<bool()> otherApprovers = [] { return false; };
    /** False while a form in this session's client may only deny (DESIGN.md §8: a desktop is connected). */
    std::function<bool(const SessionId&)> clientMayAllow = [](const SessionId&) { return true; };
};

} // namespace exeat::mcp
