#pragma once

#include "service/gate/keeper/preparedlaunch.h"

namespace exeat::gate {

/** launch() of a plan with a room. By fork(2): to get there takes more than system calls. */
Result<pid_t> launchIntoRoom(Prepared& prepared);

} // namespace exeat::gate
