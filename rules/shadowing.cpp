#include "rules/shadowing.h"

#include "rules/matching.h"
#include "rules/unicode.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

namespace exeat::rules {
namespace {

std::string_view basenameOf(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

std::string_view folderOf(std::string_view path) {
    return path.substr(0, path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/'));
}

std::string keyOf(std::string_view word) {
    return isValidUtf8(word) ? canonicalFolding(word) : std::string(word);
}

bool coversWord(const PrefixRule& broad, const PatternToken& token, std::string_view word) {
    return std::any_of(token.anyOf.begin(), token.anyOf.end(),
                       [&](const std::string& other) { return wordMatches(broad, other, word); });
}

/** A rule that tightens holds by any name; one that loosens by what it names only. */
bool coversProgram(const PrefixRule& broad, const PatternToken& token, std::string_view word) {
    if (coversWord(broad, token, word))
        return true;
    return broad.decision != RuleDecision::Allow && word.starts_with('/') && coversWord(broad, token, basenameOf(word));
}

bool includes(const std::vector<std::string>& all, const std::vector<std::string>& some) {
    return std::all_of(some.begin(), some.end(),
                       [&](const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); });
}

/** Rules of a repository hold there only, and only as long as it has them. */
bool holdsWherever(const PrefixRule& broad, const PrefixRule& narrow) {
    return broad.layer != Layer::Project ||
           (narrow.layer == Layer::Project && folderOf(broad.file) == folderOf(narrow.file));
}

/** By an allow that answers prompts, which so has its effect beside it. */
bool mayBeAnswered(const PrefixRule& rule) {
    return rule.decision == RuleDecision::Allow ||
           (rule.decision == RuleDecision::Prompt && !isAdministrators(rule.layer));
}

bool makesPointless(const PrefixRule& broad, const PrefixRule& narrow) {
    if (broad.decision < narrow.decision || !holdsWherever(broad, narrow) || !broad.unless.empty())
        return false;
    if (mayAnswerPrompts(narrow) && !mayAnswerPrompts(broad) && mayBeAnswered(broad))
        return false;
    if (broad.decision == narrow.decision) {
        // An allow must let out as much, and words of its own for the agent are a reason to be there.
        if (broad.sandbox != narrow.sandbox || (broad.confirmedOnly && !narrow.confirmedOnly) ||
            (!broad.loosens && narrow.loosens) || !includes(broad.passEnvironment, narrow.passEnvironment) ||
            (!narrow.justification.empty() && narrow.justification != broad.justification))
            return false;
    }
    return coversPattern(broad, narrow);
}

bool isDuplicate(const PrefixRule& earlier, const PrefixRule& later) {
    return holdsWherever(earlier, later) && earlier.decision == later.decision && earlier.exact == later.exact &&
           earlier.canonical == later.canonical && earlier.answersPrompts == later.answersPrompts &&
           earlier.confirmedOnly == later.confirmedOnly && earlier.sandbox == later.sandbox &&
           earlier.loosens == later.loosens && earlier.pattern == later.pattern && earlier.unless == later.unless &&
           includes(earlier.passEnvironment, later.passEnvironment) &&
           (later.justification.empty() || later.justification == earlier.justification);
}

std::size_t costOf(const PrefixRule& a, const PrefixRule& b) {
    // Folding a word costs as much as comparing twenty.
    const std::size_t word = a.canonical ? 20 : 1;
    std::size_t cost = 1;
    for (std::size_t i = 0; i < std::min(a.pattern.size(), b.pattern.size()); ++i)
        cost += a.pattern[i].anyOf.size() * b.pattern[i].anyOf.size() * word;
    return cost;
}

class Comparison {
public:
    explicit Comparison(std::span<const PrefixRule> rules) : m_rules(rules) {
        for (std::size_t i = 0; i < rules.size(); ++i) {
            if (rules[i].pattern.empty())
                continue;
            for (const auto& word : rules[i].pattern.front().anyOf) {
                auto& places = m_byProgram[keyOf(word)];
                if (places.empty() || places.back() != i)
                    places.push_back(i);
            }
        }
    }

    Shadows run() {
        for (std::size_t i = 0; i < m_rules.size() && m_shadows.complete; ++i) {
            if (!m_rules[i].pattern.empty() && !m_rules[i].pattern.front().anyOf.empty())
                compare(i);
        }
        return std::move(m_shadows);
    }

private:
    /** Whatever covers a rule covers its first word, too. */
    void compare(std::size_t narrow) {
        const std::string& word = m_rules[narrow].pattern.front().anyOf.front();
        if (tryThose(narrow, keyOf(word)))
            return;
        if (word.starts_with('/'))
            tryThose(narrow, keyOf(basenameOf(word)));
    }

    bool tryThose(std::size_t narrow, const std::string& key) {
        const auto places = m_byProgram.find(key);
        if (places == m_byProgram.end())
            return false;
        for (const std::size_t broad : places->second) {
            if (broad == narrow)
                continue;
            m_work += costOf(m_rules[broad], m_rules[narrow]);
            if (m_work > limits::lintWork) {
                m_shadows.complete = false;
                return true;
            }
            if (shadows(broad, narrow))
                return true;
        }
        return false;
    }

    bool shadows(std::size_t broad, std::size_t narrow) {
        const PrefixRule& a = m_rules[broad];
        const PrefixRule& b = m_rules[narrow];
        if (broad < narrow && isDuplicate(a, b)) {
            m_shadows.found.push_back({narrow, broad, ShadowKind::Duplicate});
            return true;
        }
        // Of two that cover each other, the later one is told of.
        if (!makesPointless(a, b) || (narrow < broad && makesPointless(b, a)))
            return false;
        m_shadows.found.push_back({narrow, broad, ShadowKind::Broader});
        return true;
    }

    std::span<const PrefixRule> m_rules;
    std::unordered_map<std::string, std::vector<std::size_t>> m_byProgram;
    std::size_t m_work = 0;
    Shadows m_shadows;
};

} // namespace

bool coversPattern(const PrefixRule& broad, const PrefixRule& narrow) {
    if (broad.pattern.empty() || broad.pattern.size() > narrow.pattern.size())
        return false;
    if (broad.exact && (!narrow.exact || broad.pattern.size() != narrow.pattern.size()))
        return false;
    if (narrow.canonical && !broad.canonical)
        return false;
    for (std::size_t i = 0; i < broad.pattern.size(); ++i) {
        const auto& words = narrow.pattern[i].anyOf;
        if (!std::all_of(words.begin(), words.end(), [&](const std::string& word) {
                return i == 0 ? coversProgram(broad, broad.pattern[i], word)
                              : coversWord(broad, broad.pattern[i], word);
            }))
            return false;
    }
    return true;
}

Shadows shadowsAmong(std::span<const PrefixRule> rules) {
    return Comparison(rules).run();
}

} // namespace exeat::rules
