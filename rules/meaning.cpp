#include "rules/meaning.h"

#include "rules/coverage.h"
#include "rules/ruletext.h"
#include "shared/base/text.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

namespace exeat::rules {
namespace {

template<class T>
std::vector<T> without(const std::vector<T>& all, const std::vector<T>& taken) {
    std::vector<T> rest;
    std::copy_if(all.begin(), all.end(), std::back_inserter(rest),
                 [&](const T& one) { return std::find(taken.begin(), taken.end(), one) == taken.end(); });
    return rest;
}

/** One thing that differs between two rules about the same commands. */
class Differences {
public:
    void add(std::string text, RuleChangeEffect effect) {
        m_text += (m_text.empty() ? "" : "; ") + std::move(text);
        m_effect = std::max(m_effect, effect);
    }
    const std::string& text() const { return m_text; }
    RuleChangeEffect effect() const { return m_effect; }

private:
    std::string m_text;
    RuleChangeEffect m_effect = RuleChangeEffect::Nothing;
};

/** An allow into a sandbox also holds a program there that another rule lets further out. */
bool mayNarrow(const PrefixRule& rule) {
    return rule.decision != RuleDecision::Allow || rule.sandbox != RuleSandbox::None;
}

Differences between(const PrefixRule& before, const PrefixRule& after) {
    Differences found;
    if (before.decision != after.decision)
        found.add(std::string(wordOf(before.decision)) + " becomes " + std::string(wordOf(after.decision)),
                  after.decision < before.decision ? RuleChangeEffect::Loosens : RuleChangeEffect::Tightens);
    // An exception to an allow tightens, one to what may narrow loosens.
    const bool allows = after.decision == RuleDecision::Allow;
    const bool narrows = mayNarrow(before) || mayNarrow(after);
    if (const auto more = without(after.unless, before.unless); !more.empty())
        found.add("now unless " + exceptionsText(more),
                  narrows ? RuleChangeEffect::Loosens : RuleChangeEffect::Tightens);
    if (const auto fewer = without(before.unless, after.unless); !fewer.empty())
        found.add("no longer unless " + exceptionsText(fewer),
                  allows ? RuleChangeEffect::Loosens : RuleChangeEffect::Tightens);
    if (const auto more = without(after.passEnvironment, before.passEnvironment); !more.empty())
        found.add("now with the variables " + namesText(more), RuleChangeEffect::Loosens);
    if (const auto fewer = without(before.passEnvironment, after.passEnvironment); !fewer.empty())
        found.add("no longer with the variables " + namesText(fewer), RuleChangeEffect::Tightens);
    if (before.sandbox != after.sandbox)
        // Which of two sandboxes is the wider one depends on the session's.
        found.add("sandbox " + std::string(wordOf(before.sandbox)) + " becomes " + std::string(wordOf(after.sandbox)),
                  after.sandbox == RuleSandbox::ReadOnly ? RuleChangeEffect::Tightens : RuleChangeEffect::Loosens);
    if (before.answersPrompts != after.answersPrompts)
        found.add(after.answersPrompts ? "now answers what asks about it" : "no longer answers what asks about it",
                  after.answersPrompts ? RuleChangeEffect::Loosens : RuleChangeEffect::Tightens);
    if (before.confirmedOnly != after.confirmedOnly)
        found.add(after.confirmedOnly ? "now for confirmed files only" : "no longer for confirmed files only",
                  after.confirmedOnly ? RuleChangeEffect::Tightens : RuleChangeEffect::Loosens);
    if (before.justification != after.justification)
        found.add(after.justification.empty() ? "no justification any more"
                                              : "justification: " + visible(after.justification, uncut),
                  RuleChangeEffect::Nothing);
    return found;
}

/** Of a declaration that has no counterpart on the other side. */
template<class T>
RuleChange lone(RuleChangeKind kind, RuleChangeEffect effect, const std::string& what, const T& declared) {
    return {kind, effect, (kind == RuleChangeKind::Adds ? "adds: " : "drops: ") + what, declared.file, declared.line};
}

template<class T>
RuleChange changed(const std::string& what, const Differences& differences, const T& after) {
    return {RuleChangeKind::Changes, differences.effect(), "changes: " + what + ": " + differences.text(), after.file,
            after.line};
}

/** What both are about, with lengths, so that no two subjects look alike. */
class Subject {
public:
    Subject& with(std::string_view text) {
        (m_key += std::to_string(text.size()) + ':') += text;
        return *this;
    }
    Subject& with(const std::vector<PatternToken>& pattern) {
        for (const auto& token : pattern) {
            m_key += '[';
            for (const auto& one : token.anyOf)
                with(one);
        }
        return *this;
    }
    const std::string& key() const { return m_key; }

private:
    std::string m_key;
};

std::string subjectOf(const PrefixRule& rule) {
    return Subject().with(rule.exact ? "exact" : "").with(rule.canonical ? "caseless" : "").with(rule.pattern).key();
}

std::string subjectOf(const HostExecutable& host) {
    return Subject().with(host.name).key();
}

std::string subjectOf(const NetworkRule& rule) {
    return Subject().with(wordOf(rule.protocol)).with(rule.host).key();
}

/** Declarations of one kind on both sides, by what they are about. */
template<class T>
class Pairs {
public:
    explicit Pairs(const std::vector<T>& before) {
        for (const T& one : before)
            m_before[subjectOf(one)].push_back(&one);
    }

    /** The first of the same subject that `isEqual` accepts, which is then taken; null if there is none. */
    const T* take(const T& after, bool (*isEqual)(const T&, const T&)) {
        const auto found = m_before.find(subjectOf(after));
        if (found == m_before.end())
            return nullptr;
        auto& list = found->second;
        const auto one = std::find_if(list.begin(), list.end(), [&](const T* b) { return isEqual(*b, after); });
        if (one == list.end())
            return nullptr;
        const T* taken = *one;
        list.erase(one);
        return taken;
    }

    bool isLeft(const T& before) const {
        const auto found = m_before.find(subjectOf(before));
        return found != m_before.end() &&
               std::find(found->second.begin(), found->second.end(), &before) != found->second.end();
    }

private:
    std::map<std::string, std::vector<const T*>> m_before;
};

/** Calls `differ` for what is about the same and not equal, `add` and `drop` for what is on one side only. */
template<class T>
void compare(const std::vector<T>& before, const std::vector<T>& after, bool (*isEqual)(const T&, const T&),
             const std::function<void(const T&, const T&)>& differ, const std::function<void(const T&)>& add,
             const std::function<void(const T&)>& drop) {
    Pairs<T> pairs(before);
    std::vector<const T*> changedOnes;
    for (const T& one : after) { // first all equal ones, so that no change takes the counterpart of another
        if (pairs.take(one, isEqual) == nullptr)
            changedOnes.push_back(&one);
    }
    for (const T* one : changedOnes) {
        if (const T* counterpart = pairs.take(*one, [](const T&, const T&) { return true; }))
            differ(*counterpart, *one);
        else
            add(*one);
    }
    for (const T& one : before) {
        if (pairs.isLeft(one))
            drop(one);
    }
}

template<class T>
T placeless(T declared) {
    declared.file.clear();
    declared.line = 0;
    return declared;
}

template<class T>
bool isAlike(const T& a, const T& b) {
    return placeless(a) == placeless(b);
}

void compareRules(const RulesFile& before, const RulesFile& after, std::vector<RuleChange>& changes) {
    const Coverage coverage(after.rules);
    compare<PrefixRule>(
        before.rules, after.rules, isAlike<PrefixRule>,
        [&](const PrefixRule& old, const PrefixRule& now) {
            changes.push_back(changed(subjectText(now), between(old, now), now));
        },
        [&](const PrefixRule& now) {
            const bool loosens = now.decision == RuleDecision::Allow || !now.passEnvironment.empty();
            changes.push_back(lone(RuleChangeKind::Adds,
                                   loosens ? RuleChangeEffect::Loosens : RuleChangeEffect::Tightens, textOf(now), now));
        },
        [&](const PrefixRule& old) {
            const bool missed = old.decision != RuleDecision::Allow && !coverage.covers(old);
            const auto effect = missed || (old.decision == RuleDecision::Allow && mayNarrow(old))
                                    ? RuleChangeEffect::Loosens
                                : old.decision == RuleDecision::Allow ? RuleChangeEffect::Tightens
                                                                      : RuleChangeEffect::Nothing;
            changes.push_back(lone(RuleChangeKind::Drops, effect, textOf(old), old));
        });
}

/** The last entry of a name is the one that counts. */
std::vector<HostExecutable> counting(const std::vector<HostExecutable>& hosts) {
    std::vector<HostExecutable> result;
    std::set<std::string_view> names;
    for (auto host = hosts.rbegin(); host != hosts.rend(); ++host) {
        if (names.insert(host->name).second)
            result.push_back(*host);
    }
    std::reverse(result.begin(), result.end());
    return result;
}

void compareHosts(const RulesFile& before, const RulesFile& after, std::vector<RuleChange>& changes) {
    // To list files can free them and takes the name from all others, so both its coming and its going may loosen.
    const auto former = counting(before.hostExecutables);
    const auto present = counting(after.hostExecutables);
    compare<HostExecutable>(
        former, present, isAlike<HostExecutable>,
        [&](const HostExecutable& old, const HostExecutable& now) {
            Differences differences;
            if (const auto more = without(now.paths, old.paths); !more.empty())
                differences.add("now also " + namesText(more), RuleChangeEffect::Loosens);
            if (const auto fewer = without(old.paths, now.paths); !fewer.empty())
                differences.add("no longer " + namesText(fewer), RuleChangeEffect::Tightens);
            if (differences.text().empty())
                return; // another order
            changes.push_back(changed("the files that are `" + visible(now.name, uncut) + "`", differences, now));
        },
        [&](const HostExecutable& now) {
            changes.push_back(lone(RuleChangeKind::Adds, RuleChangeEffect::Loosens, textOf(now), now));
        },
        [&](const HostExecutable& old) {
            changes.push_back(lone(RuleChangeKind::Drops, RuleChangeEffect::Loosens, textOf(old), old));
        });
}

void compareNetwork(const RulesFile& before, const RulesFile& after, std::vector<RuleChange>& changes) {
    const auto effectOf = [](bool loosens) { return loosens ? RuleChangeEffect::Loosens : RuleChangeEffect::Tightens; };
    compare<NetworkRule>(
        before.networkRules, after.networkRules, isAlike<NetworkRule>,
        [&](const NetworkRule& old, const NetworkRule& now) {
            Differences differences;
            if (old.decision != now.decision)
                differences.add(std::string(wordOf(old.decision)) + " becomes " + std::string(wordOf(now.decision)),
                                effectOf(now.decision < old.decision));
            else
                differences.add("justification: " + visible(now.justification, uncut), RuleChangeEffect::Nothing);
            changes.push_back(changed("the network host " + visible(now.host, uncut), differences, now));
        },
        [&](const NetworkRule& now) {
            changes.push_back(
                lone(RuleChangeKind::Adds, effectOf(now.decision == RuleDecision::Allow), textOf(now), now));
        },
        [&](const NetworkRule& old) {
            changes.push_back(
                lone(RuleChangeKind::Drops, effectOf(old.decision != RuleDecision::Allow), textOf(old), old));
        });
}

} // namespace

std::vector<RuleChange> meaningOfChange(const RulesFile& before, const RulesFile& after) {
    std::vector<RuleChange> changes;
    compareRules(before, after, changes);
    compareHosts(before, after, changes);
    compareNetwork(before, after, changes);
    return changes;
}

} // namespace exeat::rules
