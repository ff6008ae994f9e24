#include "service/cli/execpolicyarguments.h"

#include "shared/base/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace exeat {
namespace {

enum class Option { Rules, Pretty, Resolve, Help, Ignored };

struct OptionRow {
    std::string_view name;
    char letter; ///< '\0': it has none
    Option option;
    bool takesValue;
};
constexpr std::array rows{
    OptionRow{"rules", 'r', Option::Rules, true},
    OptionRow{"pretty", '\0', Option::Pretty, false},
    OptionRow{"help", 'h', Option::Help, false},
    OptionRow{"resolve-host-executables", '\0', Option::Resolve, false},
    OptionRow{"config", 'c', Option::Ignored, true},
    OptionRow{"enable", '\0', Option::Ignored, true},
    OptionRow{"disable", '\0', Option::Ignored, true},
};

/** One word taken apart: which option, and what stands behind it in the same word. */
struct OptionWord {
    const OptionRow* row = nullptr;
    std::optional<std::string_view> attached;
};

const OptionRow* byLetter(char letter) {
    const auto* const found = std::ranges::find(rows, letter, &OptionRow::letter);
    return letter == '\0' || found == rows.end() ? nullptr : found;
}

/** Nothing: the word is no option that we know. */
std::optional<OptionWord> optionIn(std::string_view word) {
    if (word.starts_with("--")) {
        word.remove_prefix(2);
        const auto end = std::min(word.find('='), word.size());
        const auto* const found = std::ranges::find(rows, word.substr(0, end), &OptionRow::name);
        if (found == rows.end())
            return std::nullopt;
        if (end == word.size())
            return OptionWord{found, std::nullopt};
        return OptionWord{found, word.substr(end + 1)};
    }
    // A cluster counts only if each of its characters is the letter of an option.
    if (word.size() < 2 || word[0] != '-' || !std::ranges::all_of(word.substr(1), byLetter))
        return std::nullopt;
    OptionWord one{byLetter(word[1]), std::nullopt};
    if (word.size() > 2)
        one.attached = word.substr(2);
    return one;
}

std::unexpected<Error> wrong(std::string text) {
    return fail(ErrorKind::Invalid, std::move(text));
}

class Parser {
public:
    explicit Parser(std::span<const std::string> words) : m_words(words) {}

    Result<ExecpolicyCheck> run() {
        while (!m_words.empty() && !m_check.helpAsked) {
            const std::string& word = m_words.front();
            if (word == "--") {
                m_words = m_words.subspan(1);
                break;
            }
            if (word.starts_with("--") && !isValidUtf8(word))
                return wrong("`" + visible(word, 256) + "` is no option");
            const auto option = optionIn(word);
            if (!option)
                break;
            m_words = m_words.subspan(1);
            if (auto taken = take(*option); !taken)
                return std::unexpected(taken.error());
        }
        if (m_check.helpAsked)
            return ExecpolicyCheck{{}, {}, ReportForm::OneLine, ProgramLookup::AsSpelled, true};
        m_check.command.assign(m_words.begin(), m_words.end());
        return complete();
    }

private:
    Result<void> take(const OptionWord& word) {
        if (word.row->takesValue)
            return takeValue(word);
        // `-hr` is help already; a long option that takes no value must not bring one.
        if (word.attached && word.row->option != Option::Help)
            return wrong("--" + std::string(word.row->name) + " takes no value");
        switch (word.row->option) {
        case Option::Help:
            m_check.helpAsked = true;
            break;
        case Option::Pretty:
            return set(m_check.form, ReportForm::Indented, word.row->name);
        case Option::Resolve:
            return set(m_check.lookup, ProgramLookup::ByPath, word.row->name);
        case Option::Rules:
        case Option::Ignored:
            break;
        }
        return {};
    }

    template<class T>
    static Result<void> set(T& member, T value, std::string_view name) {
        if (member == value)
            return wrong("--" + std::string(name) + " is given twice");
        member = value;
        return {};
    }

    Result<void> takeValue(const OptionWord& word) {
        const auto missing = wrong("--" + std::string(word.row->name) + " needs a value");
        std::string value;
        if (word.attached) {
            value = *word.attached;
        } else {
            if (m_words.empty() || m_words.front() == "--" || optionIn(m_words.front()))
                return missing;
            value = m_words.front();
            m_words = m_words.subspan(1);
        }
        if (word.row->option == Option::Rules) {
            if (value.empty())
                return missing;
            m_check.files.push_back(std::move(value));
        }
        return {};
    }

    Result<ExecpolicyCheck> complete() {
        for (const std::string& word : m_check.command) {
            if (!isValidUtf8(word))
                return wrong("`" + visible(word, 256) + "` is not valid UTF-8, so no rule can match it");
        }
        if (m_check.files.empty())
            return wrong("no rules file is given; name one with --rules FILE, before the command");
        if (m_check.command.empty())
            return wrong("no command is given; write it behind the options");
        return std::move(m_check);
    }

    std::span<const std::string> m_words;
    ExecpolicyCheck m_check;
};

} // namespace

Result<ExecpolicyCheck> parseExecpolicyCheck(std::span<const std::string> words) {
    return Parser(words).run();
}

} // namespace exeat
