#pragma once

#include "service/run/ledger.h"
#include "service/run/orphans.h"
#include "service/run/policyaccess.h"
#include "service/run/questions.h"
#include "service/sandbox/settings.h"
#include "shared/domain/danger.h"
#include "shared/qt/runtimepaths.h"

#include <functional>
#include <string>
#include <vector>

namespace exeat {

/** What the login gives every command outside; known a moment after the start. */
struct LoginFacts {
    std::vector<std::string> environment; ///< NAME=value
    /** Of one variable; empty if it is not set. */
    std::string value(const std::string& name) const;
};

/** What runs need of the service; all outlive them. Main thread only. */
struct RunFacilities {
    Ledger& ledger;
    Questions& questions;
    PolicyAccess& policy;
    Orphans& orphans;
    RuntimePaths paths;
    std::function<CeilingSettings()> ceiling;
    std::function<std::chrono::milliseconds()> defaultTimeout; ///< of calls that name none
    std::function<HeuristicSettings()> heuristics;
};

} // namespace exeat
