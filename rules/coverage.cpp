#include "rules/coverage.h"

#include <algorithm>

namespace exeat::rules {
namespace {

template<class T>
bool holdsAll(const std::vector<T>& all, const std::vector<T>& wanted) {
    return std::all_of(wanted.begin(), wanted.end(),
                       [&](const T& one) { return std::find(all.begin(), all.end(), one) != all.end(); });
}

} // namespace

bool isAtLeastAsStrict(const PrefixRule& now, const PrefixRule& before) {
    if (now.decision < before.decision || now.pattern.size() > before.pattern.size())
        return false;
    if (now.answersPrompts && !before.answersPrompts)
        return false;
    // Which of two sandboxes gives less can depend on the session.
    if (now.sandbox != before.sandbox && before.sandbox != RuleSandbox::None && now.sandbox != RuleSandbox::ReadOnly)
        return false;
    const bool sameLength = now.pattern.size() == before.pattern.size();
    if (now.exact && !(sameLength && before.exact))
        return false;
    // Caseless, a pattern meets more, and so do its exceptions.
    if (now.canonical != before.canonical && (!now.canonical || !now.unless.empty()))
        return false;
    for (std::size_t i = 0; i < now.pattern.size(); ++i) {
        if (!holdsAll(now.pattern[i].anyOf, before.pattern[i].anyOf))
            return false;
    }
    return holdsAll(before.unless, now.unless);
}

bool isAtLeastAsNarrow(const HostExecutable& now, const HostExecutable& before) {
    return now.name == before.name && holdsAll(before.paths, now.paths);
}

Coverage::Coverage(std::span<const PrefixRule> rules) {
    for (const auto& rule : rules) {
        if (rule.decision == RuleDecision::Allow || rule.pattern.empty())
            continue;
        for (const auto& program : rule.pattern.front().anyOf)
            m_byProgram[program].push_back(&rule);
    }
}

bool Coverage::covers(const PrefixRule& before) const {
    if (before.pattern.empty() || before.pattern.front().anyOf.empty())
        return true; // it never matches anything
    const auto found = m_byProgram.find(before.pattern.front().anyOf.front());
    return found != m_byProgram.end() &&
           std::any_of(found->second.begin(), found->second.end(),
                       [&](const PrefixRule* now) { return isAtLeastAsStrict(*now, before); });
}

} // namespace exeat::rules
