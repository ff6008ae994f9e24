#pragma once

#include "shared/base/error.h"

/** What a process gives up before it runs an agent's code. */
namespace exeat::gate {

/** No capability in any set, the bounding set included, none to be had by being uid 0, no_new_privs. */
Result<void> dropPrivileges();

/** Default signal actions and an empty mask, whatever was inherited. */
void resetSignals();

/** Bounded processes, no core files unless asked for. */
Result<void> limitResources();

} // namespace exeat::gate
