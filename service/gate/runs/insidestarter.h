#pragma once

#include "service/gate/sandbox/sandboxpool.h"

namespace exeat::gate {

/** Where shells inside come from. */
class InsideStarter {
public:
    virtual ~InsideStarter() = default;
    virtual Result<InsideRun> start(InsideStart start) = 0;
    /** As SandboxPool's. */
    virtual int changesFd() const = 0;
    virtual std::vector<LostProtection> takeLost() = 0;
    /** Children of this process that stand for sandboxes. */
    virtual std::vector<int> processes() const = 0;
    /** To be called after a run's end, and again at the moment that it answers: takes away what ended runs needed. */
    virtual std::optional<std::chrono::steady_clock::time_point> tidy() = 0;
};

} // namespace exeat::gate
