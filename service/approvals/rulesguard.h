#pragma once

#include "service/approvals/answerguard.h"

namespace exeat {

/**
 * Who may loosen rules that last: add an allow, remove what asks or forbids. A person only (DESIGN.md §8), as for the
 * answer "always": at a terminal, by the program exeat, while no desktop is there to be asked; or by the desktop. Rules
 * may be tightened by whoever may speak to control.sock at all. Pure; thread-safe.
 */
Result<void> mayLoosenRules(const AnswerContext& context);

} // namespace exeat
