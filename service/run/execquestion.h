#pragma once

#include "service/sandbox/ceiling.h"
#include "shared/domain/agent.h"
#include "shared/domain/approval.h"
#include "shared/wire/gatemessages.h"

#include <string>

namespace exeat {

/** Of the call that an exec belongs to, for the question. */
struct ExecContext {
    AgentInfo agent;
    std::string script;
    bool namesOnlyByPath = false; ///< --preserve-program-paths: grants must be by path too
    SandboxGrant sandbox;         ///< that the run has
};

struct ExecQuestion {
    Approval approval;
    std::string sha256; ///< hex, of a file that may change before the answer comes; empty = proven, or unreadable
};

/** What a person is asked about one exec. Reads the file where an agent or the user may change it. */
ExecQuestion execQuestion(const wire::ExecRequest& request, const ExecContext& context);

} // namespace exeat
