#pragma once

#include "rules/policy.h"
#include "shared/domain/trust.h"

#include <vector>

/** What a change of rules means, declaration by declaration, whatever became of the text. Pure. DESIGN.md §5. */
namespace exeat::rules {

/** In the order of `after`, then what is only in `before`. Empty: they mean the same. */
std::vector<RuleChange> meaningOfChange(const RulesFile& before, const RulesFile& after);

} // namespace exeat::rules
