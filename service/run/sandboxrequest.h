#pragma once

#include "service/run/runrequest.h"
#include "service/sandbox/ceiling.h"
#include "shared/domain/agent.h"
#include "shared/domain/approval.h"

#include <string>

namespace exeat {

/** The question for a call that wants more than it may have. DESIGN.md §4.7. */
Approval widerSandboxApproval(const SandboxFit& fit, const RunRequest& request, const RunId& run,
                              const AgentInfo& agent);

/** Why the call did not start, what was refused, and what is there without asking. For the agent. */
std::string refusedSandbox(const SandboxFit& fit, const Decision& decision);

/** "read-only without network", "writing below /a, /b with network". */
std::string describe(const SandboxGrant& grant);

/** Name of the checked-out branch of the repository at `projectRoot`; empty if there is none. Reads at most 4 KiB. */
std::string branchOf(const std::string& projectRoot);

} // namespace exeat
