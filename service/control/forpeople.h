#pragma once

#include "shared/domain/approval.h"

#include <utility>

namespace exeat {

/** What a prompt shows. The complete environment is not on it, may hold secrets, and may fill a frame by itself. */
inline Approval forPeople(Approval approval) {
    approval.command.environment.clear();
    return approval;
}

} // namespace exeat
