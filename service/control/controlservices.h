#pragma once

#include "service/approvals/approvalqueue.h"
#include "service/control/controltrust.h"
#include "service/control/rulesaccess.h"
#include "service/history/history.h"
#include "service/run/runmanager.h"
#include "service/session/peerguard.h"
#include "service/session/sessions.h"

#include <functional>
#include <string>
#include <vector>

namespace exeat {

/** What control.sock needs of the rest of the service; all outlive its listener. Main thread only. */
struct ControlServices {
    Sessions& sessions;
    RunManager& runs;
    ApprovalQueue& approvals;
    History& history;
    /** PeerGuard::standingOf. */
    std::function<PeerStanding(pid_t)> standing;
    /** Broken rules files and settings, in words; the history's own are added here. */
    std::function<std::vector<std::string>()> problems = [] { return std::vector<std::string>{}; };
    std::string interceptor = "wrapper";
    /** Where the only `exeat` and `exeat-desktop` lie that may allow something (RuntimePaths::programFolder). */
    std::string programFolder = {};
    RulesAccess rules = {};
    TrustAccess* trust = nullptr;
};

} // namespace exeat
