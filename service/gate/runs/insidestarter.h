#pragma once

#include "service/gate/sandbox/sandboxpool.h"

namespace exeat::gate {

/** Where shells inside come from. */
class InsideStarter {
public:
    virtual ~InsideStarter() = default;
    virtual Result<InsideRun> start(InsideStart start) = 0;
    /** Children of this process that stand for sandboxes. */
    virtual std::vector<int> processes() const = 0;
    /** Takes away what ended runs needed; before anybody hears that a run is over. */
    virtual void settle() = 0;
};

} // namespace exeat::gate
