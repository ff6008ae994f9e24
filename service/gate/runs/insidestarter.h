#pragma once

#include "service/gate/sandbox/sandboxpool.h"

namespace exeat::gate {

/** Where shells inside come from. */
class InsideStarter {
public:
    virtual ~InsideStarter() = default;
    virtual Result<InsideRun> start(InsideStart start) = 0;
};

} // namespace exeat::gate
