#include "rules/builtins.h"

#include "rules/binding.h"
#include "rules/matching.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace exeat::rules {
namespace {

std::unexpected<Fault> wrong(Position at, std::string message) {
    return std::unexpected(Fault{at, std::move(message)});
}

std::string quoted(std::string_view text) {
    return "`" + visible(text, 128) + "`";
}

/** White space of Unicode (property White_Space), because a justification of only that says nothing. */
bool isBlank(std::string_view text) {
    static constexpr std::array<std::string_view, 19> wide{
        "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
        "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A",
        "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};
    while (!text.empty()) {
        const char c = text.front();
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            text.remove_prefix(1);
            continue;
        }
        const auto found =
            std::find_if(wide.begin(), wide.end(), [&](std::string_view blank) { return text.starts_with(blank); });
        if (found == wide.end())
            return false;
        text.remove_prefix(found->size());
    }
    return true;
}

std::expected<RuleDecision, Fault> decisionOf(const Literal& literal) {
    if (literal.text == "allow")
        return RuleDecision::Allow;
    if (literal.text == "prompt")
        return RuleDecision::Prompt;
    if (literal.text == "forbidden")
        return RuleDecision::Forbidden;
    return wrong(literal.at, quoted(literal.text) + " is no decision; write \"allow\", \"prompt\" or \"forbidden\"");
}

std::expected<PatternToken, Fault> patternToken(const Literal& literal) {
    if (literal.kind == LiteralKind::String)
        return PatternToken{{literal.text}};
    if (literal.kind != LiteralKind::List)
        return wrong(literal.at, "a pattern element must be a string or a list of strings, not " +
                                     std::string(typeName(literal.kind)));
    if (literal.items.empty())
        return wrong(literal.at, "a list of alternatives in a pattern cannot be empty");
    PatternToken token;
    for (const auto& item : literal.items) {
        if (item.kind != LiteralKind::String)
            return wrong(item.at,
                         "an alternative in a pattern must be a string, not " + std::string(typeName(item.kind)));
        token.anyOf.push_back(item.text);
    }
    return token;
}

std::expected<std::vector<PatternToken>, Fault> patternOf(const Literal& literal) {
    if (literal.items.empty())
        return wrong(literal.at, "the pattern is empty; write at least the program's name");
    std::vector<PatternToken> pattern;
    for (const auto& item : literal.items) {
        auto token = patternToken(item);
        if (!token)
            return std::unexpected(token.error());
        pattern.push_back(std::move(*token));
    }
    return pattern;
}

std::expected<Example, Fault> exampleOf(const Literal& literal) {
    Example example{literal.at, {}};
    if (literal.kind == LiteralKind::String) {
        auto words = splitWords(literal.text);
        if (!words)
            return wrong(literal.at, "the example is no shell command: " + words.error().text);
        if (words->empty())
            return wrong(literal.at, "an example cannot be an empty string");
        example.words = std::move(*words);
        return example;
    }
    if (literal.kind != LiteralKind::List)
        return wrong(literal.at,
                     "an example must be a string or a list of strings, not " + std::string(typeName(literal.kind)));
    if (literal.items.empty())
        return wrong(literal.at, "an example cannot be an empty list");
    for (const auto& item : literal.items) {
        if (item.kind != LiteralKind::String)
            return wrong(item.at, "the words of an example must be strings, not " + std::string(typeName(item.kind)));
        example.words.push_back(item.text);
    }
    return example;
}

std::expected<std::vector<Example>, Fault> examplesOf(const Literal* literal) {
    std::vector<Example> examples;
    if (literal == nullptr)
        return examples;
    if (literal->items.size() > limits::rulesExamples)
        return wrong(literal->at, "more than " + std::to_string(limits::rulesExamples) + " examples of one rule");
    for (const auto& item : literal->items) {
        auto example = exampleOf(item);
        if (!example)
            return std::unexpected(example.error());
        examples.push_back(std::move(*example));
    }
    return examples;
}

std::expected<std::vector<std::string>, Fault> environmentOf(const Literal* literal) {
    std::vector<std::string> names;
    if (literal == nullptr)
        return names;
    for (const auto& item : literal->items) {
        if (item.kind != LiteralKind::String)
            return wrong(item.at, "`env` lists names as strings, not " + std::string(typeName(item.kind)));
        if (item.text.empty() || item.text.find_first_of(std::string_view("=\0", 2)) != std::string::npos)
            return wrong(item.at, quoted(item.text) + " is not the name of an environment variable");
        names.push_back(item.text);
    }
    return names;
}

/** Our own words of prefix_rule: where they may stand and whether we have them yet. DESIGN.md §5. */
std::optional<Fault> extensionFault(const Call& call, Vocabulary vocabulary) {
    static constexpr std::array<std::string_view, 4> extensions{"env", "exact", "sandbox", "unless"};
    for (const auto& argument : call.arguments) {
        if (std::find(extensions.begin(), extensions.end(), argument.name) == extensions.end())
            continue;
        if (vocabulary == Vocabulary::Codex)
            return Fault{argument.at, "`" + argument.name +
                                          "` is Exeat's own word and Codex could not read this file with it; move the "
                                          "rule to .exeat/rules of the project or $XDG_CONFIG_HOME/exeat/rules"};
        if (argument.name == "sandbox" || argument.name == "unless")
            return Fault{argument.at, "`" + argument.name + "` is not supported yet; remove it"};
    }
    return std::nullopt;
}

constexpr std::array<Parameter, 8> ruleParameters{{
    {"pattern", LiteralKind::List, Need::Required},
    {"decision", LiteralKind::String},
    {"match", LiteralKind::List},
    {"not_match", LiteralKind::List},
    {"justification", LiteralKind::String},
    {"canonical_matching", LiteralKind::Bool},
    {"env", LiteralKind::List, Need::Optional, true},
    {"exact", LiteralKind::Bool, Need::Optional, true},
}};

} // namespace

std::expected<DeclaredRule, Fault> declareRule(const Call& call, Vocabulary vocabulary) {
    if (auto fault = extensionFault(call, vocabulary))
        return std::unexpected(*fault);
    const auto bound = bindArguments(call, ruleParameters);
    if (!bound)
        return std::unexpected(bound.error());
    const auto& at = *bound;
    DeclaredRule declared;
    declared.rule.line = call.at.line;
    declared.rule.decision = RuleDecision::Allow;
    if (at[1] != nullptr) {
        const auto decision = decisionOf(*at[1]);
        if (!decision)
            return std::unexpected(decision.error());
        declared.rule.decision = *decision;
    }
    if (at[4] != nullptr) {
        if (isBlank(at[4]->text))
            return wrong(at[4]->at, "the justification is empty; say why, or leave it out");
        declared.rule.justification = at[4]->text;
    }
    auto pattern = patternOf(*at[0]);
    if (!pattern)
        return std::unexpected(pattern.error());
    declared.rule.pattern = std::move(*pattern);
    auto match = examplesOf(at[2]);
    if (!match)
        return std::unexpected(match.error());
    declared.match = std::move(*match);
    auto notMatch = examplesOf(at[3]);
    if (!notMatch)
        return std::unexpected(notMatch.error());
    declared.notMatch = std::move(*notMatch);
    if (at[5] != nullptr && at[5]->truth)
        return wrong(at[5]->at, "canonical_matching=True is not supported yet; spell the pattern out");
    auto environment = environmentOf(at[6]);
    if (!environment)
        return std::unexpected(environment.error());
    declared.rule.passEnvironment = std::move(*environment);
    declared.rule.exact = at[7] != nullptr && at[7]->truth;
    return declared;
}

std::expected<HostExecutable, Fault> declareHost(const Call& call) {
    static constexpr std::array<Parameter, 2> parameters{{
        {"name", LiteralKind::String, Need::Required},
        {"paths", LiteralKind::List, Need::Required},
    }};
    const auto bound = bindArguments(call, parameters);
    if (!bound)
        return std::unexpected(bound.error());
    const Literal& name = *bound->at(0);
    if (name.text.empty())
        return wrong(name.at, "the name of a host_executable cannot be empty");
    if (name.text == "." || name.text == ".." || name.text.find('/') != std::string::npos)
        return wrong(name.at, "the name of a host_executable must be a bare file name, not " + quoted(name.text));
    HostExecutable host{name.text, {}, true};
    std::set<std::string> seen;
    for (const auto& item : bound->at(1)->items) {
        if (item.kind != LiteralKind::String)
            return wrong(item.at,
                         "the paths of a host_executable must be strings, not " + std::string(typeName(item.kind)));
        if (item.text.empty() || item.text.front() != '/')
            return wrong(item.at, "the paths of a host_executable must be absolute, not " + quoted(item.text));
        const std::string path = normalPath(item.text);
        if (path.substr(path.rfind('/') + 1) != name.text)
            return wrong(item.at, "the path " + quoted(item.text) + " must end in the name " + quoted(name.text));
        if (seen.insert(path).second)
            host.paths.push_back(path);
    }
    return host;
}

std::expected<void, Fault> checkNetworkRule(const Call& call) {
    static constexpr std::array<Parameter, 4> parameters{{
        {"host", LiteralKind::String, Need::Required},
        {"protocol", LiteralKind::String, Need::Required},
        {"decision", LiteralKind::String, Need::Required},
        {"justification", LiteralKind::String},
    }};
    static constexpr std::array<std::string_view, 6> protocols{"http",         "https",      "https_connect",
                                                               "http-connect", "socks5_tcp", "socks5_udp"};
    const auto bound = bindArguments(call, parameters);
    if (!bound)
        return std::unexpected(bound.error());
    const Literal& host = *bound->at(0);
    const Literal& protocol = *bound->at(1);
    const Literal& decision = *bound->at(2);
    if (std::find(protocols.begin(), protocols.end(), protocol.text) == protocols.end())
        return wrong(protocol.at, "the protocol of a network_rule is one of http, https, socks5_tcp, socks5_udp, not " +
                                      quoted(protocol.text));
    if (decision.text != "deny") {
        if (auto known = decisionOf(decision); !known)
            return std::unexpected(known.error());
    }
    if (const Literal* why = bound->at(3); why != nullptr && isBlank(why->text))
        return wrong(why->at, "the justification is empty; say why, or leave it out");
    std::string_view bare = host.text;
    while (!bare.empty() && isBlank(bare.substr(bare.size() - 1)))
        bare.remove_suffix(1);
    while (!bare.empty() && isBlank(bare.substr(0, 1)))
        bare.remove_prefix(1);
    if (bare.find_first_not_of('.') == std::string_view::npos)
        return wrong(host.at, "the host of a network_rule cannot be empty");
    if (bare.find_first_of("/?#") != std::string_view::npos)
        return wrong(host.at, "the host of a network_rule is a host name or address, without scheme and path");
    if (bare.find('*') != std::string_view::npos)
        return wrong(host.at, "the host of a network_rule must be one host; wildcards are not allowed");
    if (bare.find_first_of(" \t\n\r\f\v") != std::string_view::npos)
        return wrong(host.at, "the host of a network_rule cannot contain blanks");
    if (bare.starts_with('[') && bare.find(']') == std::string_view::npos)
        return wrong(host.at, "the bracket around the address of a network_rule is not closed");
    return {};
}

} // namespace exeat::rules
