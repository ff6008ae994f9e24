#pragma once

#include "shared/base/error.h"

/** What a process gives up before it runs an agent's code. */
namespace exeat::gate {

/** Who we are outside: a sandbox is built as its own uid 0, so that its mounts stay in reach (bwrap --uid 0). */
struct OutsideIds {
    unsigned user = 0;
    unsigned group = 0;
};
OutsideIds outsideIds();

/** The ids of outside again, in a user namespace of its own. Call after everything was mounted. */
Result<void> becomeUser(OutsideIds ids);

/** No capability in any set, the bounding set included, none to be had by being uid 0, no_new_privs. */
Result<void> dropPrivileges();

/** Default signal actions and an empty mask, whatever was inherited. */
void resetSignals();

/** Bounded processes, half the open files that the service may have, no core files unless asked for. */
Result<void> limitResources();

/**
 * An agent's processes go before ours when memory is short; children inherit it. proc(5). Not for one that nobody may
 * trace: its file belongs to root.
 */
void standInFront(const std::string& process = "self");

} // namespace exeat::gate
