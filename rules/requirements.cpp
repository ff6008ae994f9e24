#include "rules/requirements.h"

#include "rules/tomlkeys.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <toml++/toml.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace exeat::rules {
namespace {

constexpr std::size_t shownWord = 128;

template<class T>
using Read = std::expected<T, RequirementsError>;

std::string quoted(std::string_view text) {
    return '`' + visible(text, shownWord) + '`';
}

/** As TOML calls it. */
std::string_view typeOf(const toml::node& node) {
    switch (node.type()) {
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::string:
        return "a string";
    case toml::node_type::integer:
    case toml::node_type::floating_point:
        return "a number";
    case toml::node_type::boolean:
        return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
        return "a date";
    case toml::node_type::none:
        break;
    }
    return "nothing";
}

bool isBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

class Reader {
public:
    explicit Reader(const std::string& file) : m_file(file) {}

    Read<Requirements> read(const toml::table& root) {
        const toml::node* rules = root.get("rules");
        if (rules == nullptr)
            return std::move(m_result);
        const toml::table* table = rules->as_table();
        if (table == nullptr)
            return wrong(*rules, "rules", "must be a table, not " + std::string(typeOf(*rules)));
        noteUnknown(*table, "rules", {"prefix_rules"});
        const toml::node* list = table->get("prefix_rules");
        if (list == nullptr)
            return std::move(m_result);
        if (auto done = readRules(*list, "rules.prefix_rules"); !done)
            return std::unexpected(std::move(done.error()));
        return std::move(m_result);
    }

private:
    std::unexpected<RequirementsError> wrong(const toml::node& node, std::string key, std::string message) const {
        const auto at = node.source().begin;
        return std::unexpected(RequirementsError{m_file, static_cast<int>(at.line), static_cast<int>(at.column),
                                                 std::move(key), std::move(message)});
    }

    void noteUnknown(const toml::table& table, const std::string& key, std::initializer_list<std::string_view> known) {
        for (const auto& [name, value] : table) {
            if (std::find(known.begin(), known.end(), name.str()) != known.end())
                continue;
            const auto note = wrong(value, key + '.' + visible(name.str(), shownWord), "is unknown and ignored");
            m_result.notes.push_back(errorText(note.error()));
        }
    }

    Read<void> readRules(const toml::node& node, const std::string& key) {
        const toml::array* list = node.as_array();
        if (list == nullptr)
            return wrong(node, key, "must be a list of rules, not " + std::string(typeOf(node)));
        if (list->empty())
            return wrong(node, key, "is empty; write a rule, or remove the key");
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto rule = readRule(*list->get(i), key + '[' + std::to_string(i) + ']');
            if (!rule)
                return std::unexpected(std::move(rule.error()));
            m_programs += rule->pattern.front().anyOf.size();
            if (m_programs > limits::rulesPerFile)
                return wrong(*list->get(i), key,
                             "one file may hold " + std::to_string(limits::rulesPerFile) +
                                 " rules, each alternative of the program counted; remove some");
            m_result.rules.push_back(std::move(*rule));
        }
        return {};
    }

    Read<PrefixRule> readRule(const toml::node& node, const std::string& key) {
        const toml::table* table = node.as_table();
        if (table == nullptr)
            return wrong(node, key, "must be a table with `pattern` and `decision`, not " + std::string(typeOf(node)));
        noteUnknown(*table, key, {"pattern", "decision", "justification", "canonical_matching"});
        PrefixRule rule;
        rule.layer = Layer::Requirements;
        rule.loosens = false;
        rule.file = m_file;
        rule.line = static_cast<int>(node.source().begin.line);
        auto pattern = readPattern(node, *table, key);
        if (!pattern)
            return std::unexpected(std::move(pattern.error()));
        rule.pattern = std::move(*pattern);
        auto decision = readDecision(node, *table, key);
        if (!decision)
            return std::unexpected(std::move(decision.error()));
        rule.decision = *decision;
        if (const toml::node* why = table->get("justification")) {
            auto text = readText(*why, key + ".justification");
            if (!text)
                return std::unexpected(std::move(text.error()));
            rule.justification = std::move(*text);
        }
        if (const toml::node* canonical = table->get("canonical_matching")) {
            if (!canonical->is_boolean())
                return wrong(*canonical, key + ".canonical_matching",
                             "must be true or false, not " + std::string(typeOf(*canonical)));
            rule.canonical = canonical->value_or(false);
        }
        return rule;
    }

    /** A string that says something. */
    Read<std::string> readText(const toml::node& node, const std::string& key) const {
        const auto text = node.value_exact<std::string>();
        if (!text)
            return wrong(node, key, "must be a string, not " + std::string(typeOf(node)));
        if (isBlank(*text))
            return wrong(node, key, "says nothing; write a word");
        return *text;
    }

    Read<RuleDecision> readDecision(const toml::node& node, const toml::table& table, const std::string& key) const {
        const toml::node* value = table.get("decision");
        if (value == nullptr)
            return wrong(node, key + ".decision", "is missing; write \"prompt\" or \"forbidden\"");
        const auto word = readText(*value, key + ".decision");
        if (!word)
            return std::unexpected(word.error());
        if (*word == "forbidden")
            return RuleDecision::Forbidden;
        // Here every question is a person's, so both words mean the same.
        if (*word == "prompt" || *word == "prompt-user")
            return RuleDecision::Prompt;
        if (*word == "allow")
            return wrong(*value, key + ".decision",
                         "requirements may only tighten, so \"allow\" has no place here; write \"prompt\" or "
                         "\"forbidden\", or put the rule into /etc/codex/rules");
        return wrong(*value, key + ".decision",
                     quoted(*word) + " is no decision; write \"prompt\", \"prompt-user\" or \"forbidden\"");
    }

    Read<std::vector<PatternToken>> readPattern(const toml::node& node, const toml::table& table,
                                                const std::string& rule) {
        const std::string key = rule + ".pattern";
        const toml::node* value = table.get("pattern");
        if (value == nullptr)
            return wrong(node, key, "is missing; write at least [{token = \"program\"}]");
        const toml::array* list = value->as_array();
        if (list == nullptr)
            return wrong(*value, key, "must be a list of tables, not " + std::string(typeOf(*value)));
        if (list->empty())
            return wrong(*value, key, "is empty; write at least [{token = \"program\"}]");
        std::vector<PatternToken> pattern;
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto token = readToken(*list->get(i), key + '[' + std::to_string(i) + ']');
            if (!token)
                return std::unexpected(std::move(token.error()));
            pattern.push_back(std::move(*token));
        }
        return pattern;
    }

    Read<PatternToken> readToken(const toml::node& node, const std::string& key) {
        const toml::table* table = node.as_table();
        if (table == nullptr)
            return wrong(node, key,
                         "must be {token = \"word\"} or {any_of = [\"one\", \"other\"]}, not " +
                             std::string(typeOf(node)));
        noteUnknown(*table, key, {"token", "any_of"});
        const toml::node* token = table->get("token");
        const toml::node* anyOf = table->get("any_of");
        if ((token == nullptr) == (anyOf == nullptr))
            return wrong(node, key,
                         token == nullptr ? "has neither `token` nor `any_of`; write one of them"
                                          : "has both `token` and `any_of`; write one of them");
        if (anyOf != nullptr)
            return readAlternatives(*anyOf, key + ".any_of");
        auto word = readText(*token, key + ".token");
        if (!word)
            return std::unexpected(std::move(word.error()));
        return PatternToken{{std::move(*word)}};
    }

    Read<PatternToken> readAlternatives(const toml::node& node, const std::string& key) const {
        const toml::array* list = node.as_array();
        if (list == nullptr)
            return wrong(node, key, "must be a list of strings, not " + std::string(typeOf(node)));
        if (list->empty())
            return wrong(node, key, "is empty; write at least one word");
        PatternToken token;
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto word = readText(*list->get(i), key + '[' + std::to_string(i) + ']');
            if (!word)
                return std::unexpected(std::move(word.error()));
            token.anyOf.push_back(std::move(*word));
        }
        return token;
    }

    const std::string& m_file;
    std::size_t m_programs = 0;
    Requirements m_result;
};

std::unexpected<RequirementsError> ofWhole(const std::string& file, std::string message) {
    return std::unexpected(RequirementsError{file, 0, 0, {}, std::move(message)});
}

} // namespace

std::string errorText(const RequirementsError& error) {
    std::string text = visible(error.file);
    if (error.line > 0)
        text += ':' + std::to_string(error.line) + ':' + std::to_string(error.column);
    return text + ": " + (error.key.empty() ? "" : error.key + ": ") + error.message;
}

Read<Requirements> parseRequirements(std::string_view text, const std::string& file) {
    if (text.size() > limits::rulesFileBytes)
        return ofWhole(file, "the file is larger than " + std::to_string(limits::rulesFileBytes) + " bytes; split it");
    if (!isValidUtf8(text))
        return ofWhole(file, "the file is not valid UTF-8; save it as UTF-8");
    if (longestKey(text) > limits::tomlKeyParts)
        return ofWhole(file, "a key has more than " + std::to_string(limits::tomlKeyParts) + " parts");
    try { // toml++ 3.3 as packaged tells of errors by exceptions only
        return Reader(file).read(toml::parse(text));
    } catch (const toml::parse_error& error) {
        const auto at = error.source().begin;
        return std::unexpected(RequirementsError{file,
                                                 static_cast<int>(at.line),
                                                 static_cast<int>(at.column),
                                                 {},
                                                 "this is no TOML: " + visible(error.description(), 512)});
    }
}

} // namespace exeat::rules
