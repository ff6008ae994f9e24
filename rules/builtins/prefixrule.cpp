#include "rules/builtins/declarations.h"
#include "rules/evaluate/evaluation.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

/** prefix_rule(), codex.md §1.3, with our own words behind those of Codex (DESIGN.md §5). */
namespace exeat::rules {
namespace {

/** Leads to an element of an argument: the index in each list on the way. */
class Path {
public:
    Path() = default;
    Path(std::size_t index) : m_indexes{index}, m_length(1) {}
    Path below(std::size_t index) const {
        Path longer = *this;
        longer.m_indexes.at(longer.m_length++) = index;
        return longer;
    }
    operator std::span<const std::size_t>() const { return std::span(m_indexes).first(m_length); }

private:
    std::array<std::size_t, 3> m_indexes{}; ///< an exception's, its token's, its alternative's
    std::size_t m_length = 0;
};

/** Room made at once; most lists have fewer, and a larger one grows as the run's limits allow. */
std::size_t usualRoom(const std::vector<Value>& items) {
    return std::min<std::size_t>(items.size(), 8);
}

constexpr auto answersPromptsWord = "answers_prompts";
constexpr auto confirmedWord = "confirmed";

enum Parameter : std::size_t {
    pattern,
    decision,
    match,
    notMatch,
    justification,
    canonicalMatching,
    environment,
    exact,
    sandbox,
    unless,
    answersPrompts,
    confirmed,
};

std::string nameOf(std::size_t parameter) {
    return parameter == confirmed ? confirmedWord : answersPromptsWord;
}

std::string typeOf(Value value) {
    return std::string(value.type());
}

const std::vector<Value>& itemsOfList(Value list) {
    return list.as<ListObject>().items;
}

class RuleReader {
public:
    RuleReader(Evaluation& evaluation, const NativeCall& call) : m_evaluation(evaluation), m_call(call) {}

    Raisable<void> read(PrefixRule& rule, Examples& its) {
        rule.line = m_call.at.line;
        rule.canonical = isTrue(canonicalMatching);
        rule.exact = isTrue(exact);
        // In this order: of several faults Codex tells the same one.
        auto done = take(rule.decision, decisionOf(m_evaluation, m_call, decision));
        if (done)
            done = take(rule.justification, justificationOf(m_evaluation, m_call, justification));
        if (done)
            done = take(rule.pattern, patternAt(pattern, {}, m_call[pattern]));
        if (done)
            done = take(its.match, examples(match));
        if (done)
            done = take(its.notMatch, examples(notMatch));
        if (done)
            done = take(rule.passEnvironment, environmentNames());
        if (done)
            done = take(rule.sandbox, sandboxOf());
        if (done)
            done = take(rule.unless, exceptions());
        if (done)
            done = take(rule.answersPrompts, ofAllow(answersPrompts, rule, "answers prompts"));
        if (done)
            done = take(rule.confirmedOnly, ofAllow(confirmed, rule, "asks for a confirmed file"));
        return done;
    }

private:
    template<class T>
    static Raisable<void> take(T& into, Raisable<T> value) {
        if (!value)
            return std::unexpected(value.error());
        into = std::move(*value);
        return {};
    }

    std::unexpected<Raised> wrong(std::size_t parameter, const Path& path, std::string message) {
        return m_evaluation.raiseAt(m_call.position(parameter, path), std::move(message));
    }

    bool isTrue(std::size_t parameter) const { return m_call.has(parameter) && m_call[parameter].truthValue(); }

    Raisable<void> keep(Value string, std::vector<std::string>& into) {
        auto copy = kept(m_evaluation, string.as<StringObject>().text);
        if (!copy)
            return std::unexpected(copy.error());
        into.push_back(std::move(*copy));
        return {};
    }

    Raisable<PatternToken> token(std::size_t parameter, const Path& path, Value value) {
        PatternToken alternatives;
        if (value.is(Kind::String)) {
            auto kept = keep(value, alternatives.anyOf);
            return kept ? Raisable<PatternToken>(std::move(alternatives)) : std::unexpected(kept.error());
        }
        if (!value.is(Kind::List))
            return wrong(parameter, path,
                         "a pattern element must be a string or a list of strings, not " + typeOf(value));
        const auto& items = itemsOfList(value);
        if (items.empty())
            return wrong(parameter, path, "a list of alternatives in a pattern cannot be empty");
        alternatives.anyOf.reserve(usualRoom(items));
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (!items[i].is(Kind::String))
                return wrong(parameter, path.below(i),
                             "an alternative in a pattern must be a string, not " + typeOf(items[i]));
            if (auto kept = keep(items[i], alternatives.anyOf); !kept)
                return std::unexpected(kept.error());
        }
        return alternatives;
    }

    Raisable<std::vector<PatternToken>> patternAt(std::size_t parameter, const Path& path, Value value) {
        const auto& items = itemsOfList(value);
        if (items.empty())
            return wrong(parameter, path, "the pattern is empty; write at least the program's name");
        std::vector<PatternToken> tokens;
        tokens.reserve(usualRoom(items));
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (auto spent = m_evaluation.spend(); !spent)
                return std::unexpected(spent.error());
            auto one = token(parameter, path.below(i), items[i]);
            if (!one)
                return std::unexpected(one.error());
            tokens.push_back(std::move(*one));
        }
        return tokens;
    }

    Raisable<Example> example(std::size_t parameter, std::size_t index, Value value) {
        const Path path(index);
        Example example{m_call.position(parameter, path), {}};
        if (value.is(Kind::String)) {
            const std::string& text = value.as<StringObject>().text;
            // Each other character can be a word.
            if (auto room = m_evaluation.room(text.size() / 2 * sizeof(std::string)); !room)
                return std::unexpected(room.error());
            auto words = splitWords(text);
            if (!words)
                return wrong(parameter, path, "the example is no shell command: " + words.error().text);
            if (words->empty())
                return wrong(parameter, path, "an example cannot be an empty string");
            m_evaluation.count(words->size() * sizeof(std::string) + text.size());
            example.words = std::move(*words);
            return example;
        }
        if (!value.is(Kind::List))
            return wrong(parameter, path, "an example must be a string or a list of strings, not " + typeOf(value));
        const auto& items = itemsOfList(value);
        if (items.empty())
            return wrong(parameter, path, "an example cannot be an empty list");
        example.words.reserve(usualRoom(items));
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (!items[i].is(Kind::String))
                return wrong(parameter, path.below(i),
                             "the words of an example must be strings, not " + typeOf(items[i]));
            if (auto kept = keep(items[i], example.words); !kept)
                return std::unexpected(kept.error());
        }
        return example;
    }

    Raisable<std::vector<Example>> examples(std::size_t parameter) {
        std::vector<Example> all;
        if (!m_call.has(parameter))
            return all;
        const auto& items = itemsOfList(m_call[parameter]);
        if (items.size() > limits::rulesExamples)
            return wrong(parameter, {}, "more than " + std::to_string(limits::rulesExamples) + " examples of one rule");
        all.reserve(usualRoom(items));
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (auto spent = m_evaluation.spend(); !spent)
                return std::unexpected(spent.error());
            auto one = example(parameter, i, items[i]);
            if (!one)
                return std::unexpected(one.error());
            all.push_back(std::move(*one));
        }
        return all;
    }

    Raisable<std::vector<std::string>> environmentNames() {
        std::vector<std::string> names;
        if (!m_call.has(environment))
            return names;
        const auto& items = itemsOfList(m_call[environment]);
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (!items[i].is(Kind::String))
                return wrong(environment, {i}, "`env` lists names as strings, not " + typeOf(items[i]));
            const std::string_view name = items[i].as<StringObject>().text;
            if (name.empty() || name.find_first_of(std::string_view("=\0", 2)) != std::string::npos)
                return wrong(environment, {i},
                             "`" + visible(name, 128) + "` is not the name of an environment variable");
            if (auto kept = keep(items[i], names); !kept)
                return std::unexpected(kept.error());
        }
        return names;
    }

    Raisable<RuleSandbox> sandboxOf() {
        if (!m_call.has(sandbox))
            return RuleSandbox::None;
        const std::string& word = m_call[sandbox].as<StringObject>().text;
        static constexpr std::array<std::pair<std::string_view, RuleSandbox>, 4> words{{
            {"none", RuleSandbox::None},
            {"read-only", RuleSandbox::ReadOnly},
            {"workspace-write", RuleSandbox::WorkspaceWrite},
            {"network", RuleSandbox::Network},
        }};
        for (const auto& [text, value] : words) {
            if (word == text)
                return value;
        }
        return wrong(sandbox, {},
                     "`" + visible(word, 128) +
                         "` is no sandbox; write \"none\", \"read-only\", \"workspace-write\" or \"network\"");
    }

    Raisable<std::vector<std::vector<PatternToken>>> exceptions() {
        std::vector<std::vector<PatternToken>> all;
        if (!m_call.has(unless))
            return all;
        const auto& items = itemsOfList(m_call[unless]);
        if (items.size() > limits::rulesExceptions)
            return wrong(unless, {},
                         "more than " + std::to_string(limits::rulesExceptions) + " exceptions of one rule");
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (!items[i].is(Kind::List))
                return wrong(unless, {i}, "an exception is a pattern, a list of strings, not " + typeOf(items[i]));
            auto one = patternAt(unless, {i}, items[i]);
            if (!one)
                return std::unexpected(one.error());
            all.push_back(std::move(*one));
        }
        return all;
    }

    Raisable<bool> ofAllow(std::size_t parameter, const PrefixRule& rule, const std::string& does) {
        if (isTrue(parameter) && rule.decision != RuleDecision::Allow)
            return wrong(parameter, {},
                         "only an allow " + does + "; take `" + nameOf(parameter) +
                             "` out, or write decision=\"allow\"");
        return isTrue(parameter);
    }

    Evaluation& m_evaluation;
    const NativeCall& m_call;
};

/** Where our own word may stand. */
std::string placeOf(std::size_t parameter) {
    const std::string users = "$XDG_CONFIG_HOME/exeat/rules";
    return parameter == answersPrompts ? users + ", the only place where it counts"
                                       : ".exeat/rules of the project or " + users;
}

/** Our own words of prefix_rule may not stand where Codex reads. */
Raisable<void> checkVocabulary(Evaluation& evaluation, const NativeCall& call, const Native& native,
                               Vocabulary vocabulary) {
    for (const std::size_t parameter : {answersPrompts, confirmed, environment, exact, sandbox, unless}) {
        if (vocabulary == Vocabulary::Exeat || !call.has(parameter))
            continue;
        const auto* origin = call.origins[parameter];
        return evaluation.raiseAt(origin == nullptr ? call.at : origin->at,
                                  "`" + std::string(native.parameters[parameter].name) +
                                      "` is Exeat's own word and Codex could not read this file with it; move the "
                                      "rule to " +
                                      placeOf(parameter));
    }
    return {};
}

Raisable<void> countRule(Evaluation& evaluation, Declarations& declared) {
    declared.programs += declared.rules.back().pattern.front().anyOf.size();
    if (declared.programs <= limits::rulesPerFile)
        return {};
    return evaluation.raise("one file may hold " + std::to_string(limits::rulesPerFile) +
                            " rules, each alternative of the program counted; split it");
}

} // namespace

Native prefixRuleBuiltin(Declarations& into, Vocabulary vocabulary) {
    constexpr auto optional = Need::Optional;
    Native native{"prefix_rule",
                  {
                      {"pattern", types::list, Need::Required, ByName::Also},
                      {"decision", types::string, optional, ByName::Also},
                      {"match", types::list, optional, ByName::Also},
                      {"not_match", types::list, optional, ByName::Also},
                      {"justification", types::string, optional, ByName::Also},
                      {"canonical_matching", types::boolean, optional, ByName::Also},
                      {"env", types::list, optional, ByName::Only},
                      {"exact", types::boolean, optional, ByName::Only},
                      {"sandbox", types::string, optional, ByName::Only},
                      {"unless", types::list, optional, ByName::Only},
                      {answersPromptsWord, types::boolean, optional, ByName::Only},
                      {confirmedWord, types::boolean, optional, ByName::Only},
                  },
                  Rest::None,
                  {}};
    native.run = [&into, vocabulary, own = native](Evaluation& evaluation, const NativeCall& call) -> Outcome {
        if (auto good = checkVocabulary(evaluation, call, own, vocabulary); !good)
            return std::unexpected(good.error());
        if (auto read = RuleReader(evaluation, call).read(into.rules.emplace_back(), into.examples.emplace_back());
            !read)
            return std::unexpected(read.error());
        if (auto few = countRule(evaluation, into); !few)
            return std::unexpected(few.error());
        return Value::none();
    };
    return native;
}

} // namespace exeat::rules
