#pragma once

#include "rules/policy.h"
#include "shared/domain/explanation.h"

#include <string>
#include <vector>

namespace exeat::rules {

/**
 * Every rule of the snapshot that has to do with the program, in its order, with what came of it in words. `judgement`
 * is what judge() said of the same snapshot, program and words: it decides, this only tells. Pure; thread-safe.
 */
std::vector<RuleTrial> trialsOf(const PolicySnapshot& snapshot, const ProgramFacts& program,
                                const std::vector<std::string>& argv, const Judgement& judgement);

/** A pattern for people: `git [push|fetch] --force`. */
std::string shortPattern(const std::vector<PatternToken>& pattern, std::size_t limit = 512);

} // namespace exeat::rules
