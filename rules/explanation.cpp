#include "rules/explanation.h"

#include "rules/matching.h"
#include "rules/places.h"
#include "shared/base/text.h"

#include <algorithm>
#include <optional>

namespace exeat::rules {
namespace {

constexpr std::size_t shownWord = 128;
constexpr std::size_t shownAlternatives = 8;

std::string quoted(std::string_view word) {
    return '`' + visible(word, shownWord) + '`';
}

/** Told from judge()'s own question on purpose: whether a rule is worth showing proves nothing. */
bool concerns(const PrefixRule& rule, const ProgramFacts& program, const std::vector<std::string>& argv) {
    if (rule.pattern.empty())
        return false;
    const auto& tokens = rule.pattern.front().anyOf;
    return std::any_of(tokens.begin(), tokens.end(), [&](const std::string& token) {
        const auto is = [&](std::string_view word) { return !word.empty() && wordMatches(rule, token, word); };
        return is(program.calledAs) || is(program.realPath) || (!argv.empty() && is(argv.front())) ||
               std::any_of(program.names.begin(), program.names.end(), is) ||
               std::any_of(program.equalPaths.begin(), program.equalPaths.end(), is);
    });
}

std::string alternatives(const PatternToken& token) {
    std::string text;
    for (std::size_t i = 0; i < token.anyOf.size(); ++i) {
        if (i == shownAlternatives)
            return text + " or one of " + std::to_string(token.anyOf.size() - i) + " more";
        text += (i == 0 ? "" : i + 1 == token.anyOf.size() ? " or " : ", ") + quoted(token.anyOf[i]);
    }
    return text;
}

bool fits(const PrefixRule& rule, const PatternToken& token, const std::string& word) {
    return std::any_of(token.anyOf.begin(), token.anyOf.end(),
                       [&](const std::string& wanted) { return wordMatches(rule, wanted, word); });
}

/** The first word that keeps the rule from matching; nothing if all that it wants is there. */
std::optional<std::string> missing(const PrefixRule& rule, const std::vector<std::string>& argv) {
    for (std::size_t i = 1; i < rule.pattern.size(); ++i) {
        if (i >= argv.size())
            return "the command ends where the rule wants " + alternatives(rule.pattern[i]);
        if (!fits(rule, rule.pattern[i], argv[i]))
            return "argument " + std::to_string(i) + " is " + quoted(argv[i]) + ", the rule wants " +
                   alternatives(rule.pattern[i]);
    }
    if (rule.exact && argv.size() > rule.pattern.size())
        return "the rule is for exactly these words, and " + quoted(argv[rule.pattern.size()]) + " follows";
    return std::nullopt;
}

std::string whyNot(const PrefixRule& rule, const ProgramFacts& program, const std::vector<std::string>& argv) {
    if (!bindsAt(rule.owner, program.places))
        return "it is for " + visible(rule.owner, 512) + " and what lies below it only";
    if (auto why = missing(rule, argv))
        return std::move(*why);
    for (const auto& exception : rule.unless) {
        PrefixRule alone;
        alone.pattern = exception;
        alone.canonical = rule.canonical;
        if (!exception.empty() && !missing(alone, argv))
            return "its exception `" + shortPattern(exception) + "` matches";
    }
    return "it does not name this program";
}

bool isStepOf(const TraceStep& step, const PrefixRule& rule, const std::vector<std::string>& argv) {
    if (step.layer != rule.layer || step.line != rule.line || step.decision != rule.decision ||
        step.file != rule.file || step.justification != rule.justification || !argumentsMatch(rule, argv))
        return false;
    const auto& tokens = rule.pattern.front().anyOf;
    return std::any_of(tokens.begin(), tokens.end(),
                       [&](const std::string& token) { return step.matchedPrefix == coveredWords(rule, token, argv); });
}

RuleDecision strictest(const Judgement& judgement) {
    auto found = RuleDecision::Allow;
    for (const auto& step : judgement.trace) {
        if (step.counted)
            found = std::max(found, step.decision);
    }
    return found;
}

/** Of an allow that should answer prompts, where something stricter counts nevertheless. */
std::string whyNoAnswer(const PrefixRule& rule, RuleDecision deciding) {
    if (!rule.answersPrompts || deciding != RuleDecision::Prompt)
        return {};
    return mayAnswerPrompts(rule) ? ", which is an administrator's, and those `answers_prompts` does not answer"
                                  : "; `answers_prompts` counts in $XDG_CONFIG_HOME/exeat/rules only";
}

} // namespace

std::string shortPattern(const std::vector<PatternToken>& pattern, std::size_t limit) {
    std::string text;
    for (const auto& token : pattern) {
        text += text.empty() ? "" : " ";
        if (token.anyOf.size() == 1) {
            text += visibleCommand(token.anyOf, limit);
        } else {
            std::string words;
            for (const auto& word : token.anyOf)
                words += (words.empty() ? "" : "|") + visibleCommand({word}, limit);
            text += '[' + words + ']';
        }
        if (text.size() > 2 * limit)
            break;
    }
    return visible(text, limit);
}

std::vector<RuleTrial> trialsOf(const PolicySnapshot& snapshot, const ProgramFacts& program,
                                const std::vector<std::string>& argv, const Judgement& judgement) {
    std::vector<RuleTrial> trials;
    auto step = judgement.trace.begin(); // the steps are in the order of the rules
    const RuleDecision deciding = strictest(judgement);
    for (const auto& rule : snapshot.rules) {
        const bool matched = step != judgement.trace.end() && isStepOf(*step, rule, argv);
        if (!matched && !concerns(rule, program, argv))
            continue;
        RuleTrial trial{rule.layer, rule.file, rule.line, rule.decision, rule.pattern, rule.justification, {}, {}};
        if (!matched) {
            trial.why = whyNot(rule, program, argv);
        } else {
            trial.outcome = step->counted ? TrialOutcome::Matched : TrialOutcome::NotCounted;
            trial.why = "matches: " + visibleCommand(step->matchedPrefix, 1024);
            if (!step->counted)
                trial.why += "; " + std::string(rule.decision == RuleDecision::Allow ? "allow " : "") +
                             "does not count: " + step->note;
            else if (rule.decision < deciding)
                trial.why += "; a stricter rule decides" + whyNoAnswer(rule, deciding);
            else if (mayAnswerPrompts(rule))
                trial.why += "; it answers what asks about it";
            ++step;
        }
        trials.push_back(std::move(trial));
    }
    return trials;
}

} // namespace exeat::rules
