#include "service/policy/rulewriter.h"

#include "rules/ruletext.h"
#include "shared/base/text.h"

#include <cstdint>
#include <cstdio>
#include <string_view>

namespace exeat {
namespace {

std::size_t characterLength(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80)
        ++length;
    return length;
}

std::uint32_t codePoint(std::string_view character) {
    static constexpr unsigned masks[] = {0x7F, 0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t value = static_cast<unsigned char>(character[0]) & masks[character.size()];
    for (const char c : character.substr(1))
        value = (value << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
    return value;
}

/** `word` is valid UTF-8. */
std::string literal(std::string_view word) {
    std::string text = "\"";
    while (!word.empty()) {
        const std::string_view character = word.substr(0, characterLength(word));
        word.remove_prefix(character.size());
        if (character == "\"" || character == "\\") {
            (text += '\\') += character;
        } else if (visible(character) == character) {
            text += character;
        } else {
            char escape[16];
            const std::uint32_t value = codePoint(character);
            std::snprintf(escape, sizeof escape, value > 0xFFFF ? "\\U%08x" : "\\u%04x", value);
            text += escape;
        }
    }
    return text + "\"";
}

std::string list(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ", ") + literal(word);
    return "[" + text + "]";
}

std::string_view decisionWord(RuleDecision decision) {
    switch (decision) {
    case RuleDecision::Allow:
        return "allow";
    case RuleDecision::Prompt:
        return "prompt";
    case RuleDecision::Forbidden:
        break;
    }
    return "forbidden";
}

bool isWritable(const PrefixRule& rule, const std::vector<std::vector<std::string>>& examples) {
    const auto good = [](const std::vector<std::string>& words) {
        for (const auto& word : words) {
            if (!isValidUtf8(word))
                return false;
        }
        return true;
    };
    for (const auto& token : rule.pattern) {
        if (!good(token.anyOf))
            return false;
    }
    for (const auto& example : examples) {
        if (!good(example))
            return false;
    }
    return good(rule.passEnvironment) && isValidUtf8(rule.justification);
}

} // namespace

Result<std::string> ruleText(const PrefixRule& rule, const std::vector<std::vector<std::string>>& examples) {
    if (!isWritable(rule, examples))
        return fail(ErrorKind::Invalid,
                    "a word of this command is not valid UTF-8, so no rules file can hold it; answer for the session");
    std::string pattern;
    for (const auto& token : rule.pattern)
        pattern +=
            (pattern.empty() ? "" : ", ") + (token.anyOf.size() == 1 ? literal(token.anyOf[0]) : list(token.anyOf));
    std::string text =
        "prefix_rule(pattern=[" + pattern + "], decision=\"" + std::string(decisionWord(rule.decision)) + "\"";
    std::string match;
    for (const auto& example : examples)
        match += (match.empty() ? "" : ", ") + list(example);
    if (!match.empty())
        text += ", match=[" + match + "]";
    if (!rule.justification.empty())
        text += ", justification=" + literal(rule.justification);
    if (!rule.passEnvironment.empty())
        text += ", env=" + list(rule.passEnvironment);
    if (rule.exact)
        text += ", exact=True";
    if (rule.sandbox != RuleSandbox::None)
        text += ", sandbox=\"" + std::string(rules::wordOf(rule.sandbox)) + "\"";
    if (rule.answersPrompts)
        text += ", answers_prompts=True";
    if (rule.confirmedOnly)
        text += ", confirmed=True";
    return text + ")";
}

} // namespace exeat
