#pragma once

#include "rules/policy.h"

#include <string>
#include <vector>

/** What a change of rules means, declaration by declaration, whatever became of the text. Pure. DESIGN.md §5. */
namespace exeat::rules {

enum class ChangeKind { Adds, Drops, Changes };

/** To a command that a rule meets. What does both is said to loosen. */
enum class ChangeEffect { Nothing, Tightens, Loosens };

struct RuleChange {
    ChangeKind kind = ChangeKind::Adds;
    ChangeEffect effect = ChangeEffect::Loosens;
    std::string text; ///< for people, visible: "adds: allow `curl`"
    std::string file; ///< where it stands now, or stood
    int line = 0;
    bool operator==(const RuleChange&) const = default;
};

/** In the order of `after`, then what is only in `before`. Empty: they mean the same. */
std::vector<RuleChange> meaningOfChange(const RulesFile& before, const RulesFile& after);

} // namespace exeat::rules
