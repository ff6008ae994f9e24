#pragma once

#include "rules/policy.h"

/** What an index must never change: the judge that walks all rules, as it was before there was one. */
namespace exeat::reference {

Judgement judge(const PolicySnapshot& snapshot, const rules::ProgramFacts& program,
                const std::vector<std::string>& argv);

} // namespace exeat::reference
