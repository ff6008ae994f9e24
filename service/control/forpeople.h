#pragma once

#include "shared/domain/approval.h"

#include <utility>

namespace exeat {

/**
 * What a prompt shows: of the environment what a rule lets an agent choose. All of it may hold secrets, and may fill a
 * frame by itself.
 */
inline Approval forPeople(Approval approval) {
    approval.command.environment = passedEnvironment(approval);
    return approval;
}

} // namespace exeat
