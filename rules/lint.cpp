#include "rules/lint.h"

#include "rules/explanation.h"
#include "rules/risktable.h"
#include "rules/shadowing.h"
#include "shared/base/text.h"
#include "shared/domain/outsidevariables.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace exeat::rules {
namespace {

using namespace std::string_literals;

std::string quoted(std::string_view word) {
    return '`' + visible(word, 128) + '`';
}

bool isBareName(std::string_view token) {
    return token.find('/') == std::string_view::npos;
}

bool isRelativePath(std::string_view token) {
    return !isBareName(token) && !token.starts_with('/') && !token.ends_with('/');
}

enum class Place { Program, Argument };

/** Why no command has this word there; nothing if one can. */
std::optional<std::string> impossible(std::string_view token, Place place) {
    if (token.find('\0') != std::string_view::npos)
        return "a word of a command cannot hold a NUL";
    if (place == Place::Argument)
        return std::nullopt;
    if (token.empty() || token == "." || token == "..")
        return "no program has this name"s;
    if (token.ends_with('/'))
        return "this is a folder's path, not a program's"s;
    return std::nullopt;
}

class Linter {
public:
    explicit Linter(const LintInput& input) : m_input(input) {
        for (const auto& program : input.unproven)
            m_unproven.emplace(program.name, program.path);
        for (const auto& host : input.hosts) {
            if (host.loosens)
                m_hosts[host.name] = &host; // the last one decides
        }
    }

    std::vector<RulesFinding> run() {
        for (const auto& one : m_input.rules) {
            checkWords(one.rule);
            checkEnvironment(one.rule);
            if (one.rule.decision == RuleDecision::Allow)
                checkAllow(one.rule);
            if (one.examples == Examples::None)
                add(one.rule, FindingKind::NoExample, Severity::Hint,
                    "no `match` example shows what it is for; add one, and a mistake in the pattern is told at once");
        }
        compareRules();
        std::stable_sort(m_findings.begin(), m_findings.end(), [](const RulesFinding& a, const RulesFinding& b) {
            return std::tie(a.file, a.line, a.severity) < std::tie(b.file, b.line, b.severity);
        });
        return std::move(m_findings);
    }

private:
    void add(const PrefixRule& rule, FindingKind kind, Severity severity, std::string message,
             const PrefixRule* other = nullptr) {
        RulesFinding finding;
        finding.kind = kind;
        finding.severity = severity;
        finding.file = rule.file;
        finding.line = rule.line;
        finding.message = std::move(message);
        if (other != nullptr) {
            finding.otherFile = other->file;
            finding.otherLine = other->line;
        }
        m_findings.push_back(std::move(finding));
    }

    void never(const PrefixRule& rule, std::string why) {
        add(rule, FindingKind::NeverMatches, Severity::Warning, std::move(why));
    }

    void checkWords(const PrefixRule& rule) {
        if (rule.pattern.empty())
            return never(rule, "the pattern is empty, so the rule never matches; write at least the program's name");
        for (std::size_t i = 0; i < rule.pattern.size(); ++i)
            checkToken(rule, rule.pattern[i], i == 0 ? Place::Program : Place::Argument);
        checkRelative(rule);
    }

    void checkToken(const PrefixRule& rule, const PatternToken& token, Place place) {
        if (token.anyOf.empty())
            return never(rule, "a list of alternatives is empty, so the rule never matches; write one, or take it out");
        for (const auto& word : token.anyOf) {
            const auto why = impossible(word, place);
            if (!why)
                continue;
            const bool alone = token.anyOf.size() == 1;
            return never(rule, (alone ? "the rule never matches: " : "this alternative never matches: ") +
                                   quoted(word) + ": " + *why);
        }
    }

    void checkRelative(const PrefixRule& rule) {
        const auto& words = rule.pattern.front().anyOf;
        const auto found = std::find_if(words.begin(), words.end(), isRelativePath);
        if (found == words.end())
            return;
        if (rule.decision == RuleDecision::Allow)
            never(rule, quoted(*found) +
                            " is a relative path, where anything may lie, so this allow never counts; write the "
                            "absolute path");
        else
            add(rule, FindingKind::RelativeProgram, Severity::Warning,
                quoted(*found) +
                    " is a relative path, so it matches where the program is called by exactly these letters only; "
                    "write its bare name, which holds however it is called");
    }

    void checkEnvironment(const PrefixRule& rule) {
        for (const auto& name : rule.passEnvironment) {
            if (steersLoader(name))
                add(rule, FindingKind::DoesNotCount, Severity::Warning,
                    quoted(name) + " in `env` has no effect: it loads code into any program, so it never follows one "
                                   "out as the agent has set it; take it out");
        }
    }

    void checkAllow(const PrefixRule& rule) {
        if (rule.pattern.empty())
            return;
        for (const auto& exception : rule.unless) {
            PrefixRule broad;
            broad.pattern = exception;
            broad.canonical = rule.canonical;
            if (!exception.empty() && coversPattern(broad, rule))
                never(rule, "its exception `" + shortPattern(exception) +
                                "` matches whatever the rule matches, so it allows nothing; narrow the exception");
        }
        if (rule.sandbox != RuleSandbox::ReadOnly &&
            !rule.confirmedOnly) // which loosens nothing; which is its own proof
            checkProof(rule);
        if (rule.confirmedOnly)
            checkConfirmed(rule);
        if (rule.answersPrompts)
            checkAnswers(rule);
        if (rule.sandbox == RuleSandbox::None)
            checkRisk(rule);
    }

    /** By bare name: a host_executable entry, or a file that no agent can have planted (DESIGN.md §4.2). */
    void checkProof(const PrefixRule& rule) {
        for (const auto& name : rule.pattern.front().anyOf) {
            if (!isBareName(name))
                continue;
            if (const auto host = m_hosts.find(name); host != m_hosts.end()) {
                if (host->second->paths.empty())
                    never(rule, "host_executable(name=\"" + visible(name, 64) + "\") of " +
                                    visible(host->second->file, 512) + ":" + std::to_string(host->second->line) +
                                    " lists no path, so this allow never counts for " + quoted(name) +
                                    "; list the program's absolute path there");
            } else if (const auto found = m_unproven.find(name); found != m_unproven.end()) {
                add(rule, FindingKind::DoesNotCount, Severity::Warning,
                    "this allow does not count for " + quoted(name) + ": the program is " +
                        visible(found->second, 512) +
                        ", where somebody other than root may write, so a bare name proves nothing; add "
                        "host_executable(name=\"" +
                        visible(name, 64) + "\", paths=[\"" + visible(found->second, 512) + "\"])");
            }
        }
    }

    void checkConfirmed(const PrefixRule& rule) {
        if (!m_input.confirmed)
            return;
        for (const auto& path : rule.pattern.front().anyOf) {
            if (path.starts_with('/') &&
                std::ranges::find(*m_input.confirmed, path, &ConfirmedFile::path) == m_input.confirmed->end())
                add(rule, FindingKind::DoesNotCount, Severity::Warning,
                    "this allow does not count for " + quoted(path) +
                        ": nobody has confirmed what is in that file; look at it, then run `exeat trust file` with its "
                        "path");
        }
    }

    /** One command that a person answered for good is one thing, a program that is never asked about another. */
    void checkAnswers(const PrefixRule& rule) {
        const auto warn = [&](std::string why) {
            add(rule, FindingKind::AnswersPrompts, Severity::Warning, std::move(why));
        };
        if (rule.layer != Layer::User)
            return warn("`answers_prompts` counts in $XDG_CONFIG_HOME/exeat/rules only, and here the rule allows no "
                        "more than any allow; move it there, or take the word out");
        if (!isOneCommand(rule))
            return warn("this answers the prompts about more than one command; narrow the rule to one (single words, "
                        "exact=True), or take `answers_prompts` out");
        if (runsAnything(rule.pattern.front().anyOf.front()))
            warn("this answers the prompts about " + quoted(rule.pattern.front().anyOf.front()) +
                 ", which runs whatever a file or an argument says, also when that changes; answer it for the session "
                 "instead");
    }

    static bool isOneCommand(const PrefixRule& rule) {
        return rule.exact && !rule.canonical &&
               std::all_of(rule.pattern.begin(), rule.pattern.end(),
                           [](const PatternToken& token) { return token.anyOf.size() == 1; });
    }

    static bool runsAnything(std::string_view word) {
        const auto table = riskTable();
        return std::any_of(table.begin(), table.end(), [&](const RiskRow& row) {
            return row.level == RiskLevel::EqualsNoSandbox && row.when == RiskWhen::Always &&
                   isNamed(row, word.substr(word.rfind('/') + 1));
        });
    }

    void checkRisk(const PrefixRule& rule) {
        for (const auto& word : rule.pattern.front().anyOf) {
            const std::string_view name = std::string_view(word).substr(word.rfind('/') + 1);
            for (const RiskRow& row : riskTable()) {
                if (row.level != RiskLevel::EqualsNoSandbox || !isNamed(row, name) || !mayFit(row, rule))
                    continue;
                const bool always = row.when == RiskWhen::Always;
                add(rule, FindingKind::EqualsNoSandbox, Severity::Warning,
                    "equals no sandbox: " + std::string(always ? "" : "it also allows a call where ") + quoted(name) +
                        " " + std::string(row.text) +
                        (always ? "; ask instead (decision=\"prompt\"), or leave it inside"
                                : "; narrow the rule, or ask instead (decision=\"prompt\")"));
                break;
            }
        }
    }

    /** Whether a command that the rule allows can be one that the row speaks of. */
    static bool mayFit(const RiskRow& row, const PrefixRule& rule) {
        if (row.when == RiskWhen::Always)
            return true;
        const bool open = !rule.exact;
        if (open && rule.pattern.size() == 1)
            return true;
        const bool starts = row.when == RiskWhen::AnyStartsWith;
        for (std::size_t i = 1; i < rule.pattern.size(); ++i) {
            for (const auto& word : rule.pattern[i].anyOf) {
                const bool fits = std::any_of(row.words.begin(), row.words.end(), [&](std::string_view listed) {
                    return starts ? std::string_view(word).starts_with(listed) : word == listed;
                });
                if (fits)
                    return true;
            }
        }
        // Options may follow, but those of git before its sub-command no longer.
        return open && starts && !row.beforeSubcommand;
    }

    void compareRules() {
        std::vector<PrefixRule> rules;
        for (const auto& one : m_input.rules)
            rules.push_back(one.rule);
        const Shadows shadows = shadowsAmong(rules);
        for (const Shadow& shadow : shadows.found) {
            const PrefixRule& rule = rules[shadow.rule];
            const PrefixRule& by = rules[shadow.by];
            const std::string place = visible(by.file, 512) + ":" + std::to_string(by.line);
            if (shadow.kind == ShadowKind::Duplicate)
                add(rule, FindingKind::Duplicate, Severity::Warning,
                    "says the same as the rule of " + place + "; remove one of them", &by);
            else
                add(rule, FindingKind::Shadowed, Severity::Warning,
                    "has no effect beside the broader rule of " + place + " (" + shortPattern(by.pattern) +
                        "), which is " + (by.decision == rule.decision ? "as strict" : "stricter") +
                        "; remove it, or narrow the other one",
                    &by);
        }
        if (!shadows.complete && !rules.empty())
            add(rules.back(), FindingKind::NotAllCompared, Severity::Hint,
                "there are so many rules for one program that not all were compared with each other");
    }

    const LintInput& m_input;
    std::map<std::string_view, std::string_view> m_unproven;
    std::map<std::string_view, const HostExecutable*> m_hosts;
    std::vector<RulesFinding> m_findings;
};

} // namespace

std::vector<RulesFinding> lint(const LintInput& input) {
    return Linter(input).run();
}

std::vector<std::string> namesAllowed(std::span<const LintedRule> rules) {
    std::set<std::string> names;
    for (const auto& one : rules) {
        if (one.rule.decision != RuleDecision::Allow || one.rule.pattern.empty())
            continue;
        for (const auto& word : one.rule.pattern.front().anyOf) {
            if (isBareName(word) && !impossible(word, Place::Program))
                names.insert(word);
        }
    }
    return {names.begin(), names.end()};
}

} // namespace exeat::rules
