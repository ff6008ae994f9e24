#pragma once

#include "service/gate/sandbox/mountplan.h"

#include <vector>

namespace exeat::gate {

/** Makes a run's view of the file system in its own mount namespace. `mode` says whether /dev/shm can be used. */
Result<void> mountForRun(const std::vector<MountStep>& steps, SandboxMode mode);

} // namespace exeat::gate
