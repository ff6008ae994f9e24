#include "service/explain/commandline.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <array>

namespace exeat {
namespace {

std::unexpected<Error> refused(std::string_view what) {
    return fail(ErrorKind::Invalid, "this line cannot be taken apart, because of " + std::string(what) +
                                        "; ask about its commands one by one");
}

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

bool isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool isReserved(std::string_view word) {
    static constexpr auto words =
        std::to_array<std::string_view>({"case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for",
                                         "function", "if", "in", "select", "then", "until", "while", "{", "}", "[["});
    return std::ranges::find(words, word) != words.end();
}

/** NAME=…, NAME+=… */
bool isAssignment(std::string_view word) {
    const auto end = std::find_if_not(word.begin(), word.end(), isNameCharacter);
    const auto name = static_cast<std::size_t>(end - word.begin());
    const std::string_view rest = word.substr(name);
    return name > 0 && (word[0] < '0' || word[0] > '9') && (rest.starts_with('=') || rest.starts_with("+="));
}

struct Word {
    std::string text;
    bool literal = true;
    bool quoted = false; ///< some of it
};

class LineReader {
public:
    explicit LineReader(std::string_view line) : m_rest(line) {}

    Result<std::vector<LineCommand>> run() {
        while (!m_rest.empty()) {
            if (auto read = next(); !read)
                return std::unexpected(read.error());
            if (m_commands.size() > limits::explainedCommands)
                return fail(ErrorKind::Limit, "the line has more than " + std::to_string(limits::explainedCommands) +
                                                  " commands; ask about fewer at once");
        }
        if (auto ended = endCommand(); !ended)
            return std::unexpected(ended.error());
        return std::move(m_commands);
    }

private:
    bool take(std::string_view text) {
        if (!m_rest.starts_with(text))
            return false;
        m_rest.remove_prefix(text.size());
        return true;
    }

    Result<void> next() {
        const char c = m_rest.front();
        if (isBlank(c) || take("\\\n")) {
            if (isBlank(c))
                m_rest.remove_prefix(1);
            return {};
        }
        if (c == '#') {
            m_rest.remove_prefix(std::min(m_rest.find('\n'), m_rest.size()));
            return {};
        }
        if (take("&>>") || take("&>"))
            return target();
        for (const std::string_view end : {"&&", "||", "|&", ";;", "|", "&", ";", "\n"}) {
            if (take(end))
                return end == ";;" ? Result<void>(refused("`;;`")) : endCommand();
        }
        if (c == '(' || c == ')')
            return refused("parentheses");
        if (c == '<' || c == '>')
            return redirection();
        return word();
    }

    Result<void> redirection() {
        if (m_rest.starts_with("<(") || m_rest.starts_with(">("))
            return refused("a command within a command");
        if (take("<<<"))
            return target();
        if (m_rest.starts_with("<<"))
            return refused("a here-document");
        static_cast<void>(take(">>") || take(">|") || take(">&") || take("<>") || take("<&") || take(">") || take("<"));
        return target();
    }

    /** Of a redirection: one word that is no argument. */
    Result<void> target() {
        while (!m_rest.empty() && isBlank(m_rest.front()))
            m_rest.remove_prefix(1);
        Word ignored;
        return read(ignored);
    }

    Result<void> word() {
        Word word;
        if (auto done = read(word); !done)
            return done;
        const bool descriptor = !word.quoted && (m_rest.starts_with('<') || m_rest.starts_with('>')) &&
                                std::ranges::all_of(word.text, [](char c) { return c >= '0' && c <= '9'; });
        if (descriptor)
            return {}; // `2>file`
        LineCommand& command = m_current;
        if (command.words.empty() && !word.quoted) {
            if (isReserved(word.text))
                return refused('`' + visible(word.text, 64) + '`');
            if (word.text == "!" || word.text == "time" || isAssignment(word.text))
                return {};
        }
        command.words.push_back(std::move(word.text));
        command.literal = command.literal && word.literal;
        return {};
    }

    /** Up to what ends a word. */
    Result<void> read(Word& word) {
        while (!m_rest.empty() && !isBlank(m_rest.front()) &&
               std::string_view("\n;&|()<>").find(m_rest.front()) == std::string_view::npos) {
            const char c = m_rest.front();
            m_rest.remove_prefix(1);
            if (c == '\'' || c == '"' || c == '\\') {
                word.quoted = true;
                if (auto done = quoted(word, c); !done)
                    return done;
            } else if (c == '$' || c == '`') {
                if (auto done = expansion(word, c); !done)
                    return done;
            } else {
                const bool tilde = c == '~' && word.text.empty() && !word.quoted;
                word.literal = word.literal && !tilde && std::string_view("*?[{").find(c) == std::string_view::npos;
                word.text += c;
            }
        }
        return {};
    }

    Result<void> quoted(Word& word, char quote) {
        if (quote == '\\') {
            if (m_rest.empty())
                return refused("a backslash at its end");
            if (m_rest.front() != '\n')
                word.text += m_rest.front();
            m_rest.remove_prefix(1);
            return {};
        }
        while (!m_rest.empty() && m_rest.front() != quote) {
            const char c = m_rest.front();
            m_rest.remove_prefix(1);
            const bool escape = quote == '"' && c == '\\' && !m_rest.empty() &&
                                std::string_view("$`\"\\\n").find(m_rest.front()) != std::string_view::npos;
            if (escape) {
                if (m_rest.front() != '\n')
                    word.text += m_rest.front();
                m_rest.remove_prefix(1);
            } else if (quote == '"' && (c == '$' || c == '`')) {
                if (auto done = expansion(word, c); !done)
                    return done;
            } else {
                word.text += c;
            }
        }
        if (m_rest.empty())
            return refused("a quote that is not closed");
        m_rest.remove_prefix(1);
        return {};
    }

    /** Kept as written: what it becomes, only running the line could tell. */
    Result<void> expansion(Word& word, char c) {
        if (c == '`' || m_rest.starts_with('('))
            return refused("a command within a command");
        word.text += c;
        word.literal = false;
        if (m_rest.starts_with('\''))
            return refused("`$'…'`");
        if (!m_rest.starts_with('{'))
            return {};
        const auto end = m_rest.find('}');
        if (end == std::string_view::npos || m_rest.substr(0, end).find_first_of("`(") != std::string_view::npos)
            return refused("`${`");
        word.text += m_rest.substr(0, end + 1);
        m_rest.remove_prefix(end + 1);
        return {};
    }

    Result<void> endCommand() {
        if (!m_current.words.empty())
            m_commands.push_back(std::move(m_current));
        m_current = {};
        return {};
    }

    std::string_view m_rest;
    LineCommand m_current;
    std::vector<LineCommand> m_commands;
};

} // namespace

Result<std::vector<LineCommand>> commandsOf(std::string_view line) {
    return LineReader(line).run();
}

} // namespace exeat
