#pragma once

#include "shared/domain/approval.h"

namespace exeat {

/**
 * Says in plain words what allowing this would really mean: fills `warnings` and raises `equalsNoSandbox`. Never takes
 * a warning or the mark away, and adds nothing twice. Names are hints for people, not a boundary: a program that the
 * table does not know may be as dangerous. Pure; thread-safe.
 */
void rateRisk(Approval& approval);

} // namespace exeat
