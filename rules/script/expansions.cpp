#include "rules/script/reader.h"
#include "shared/base/limits.h"

#include <algorithm>

namespace exeat::script {
namespace {

constexpr bool isNameStart(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool isDigit(int c) {
    return c >= '0' && c <= '9';
}

/** Where the quotes end that open at `at`; the end of the text, if they do not. */
std::size_t endOfQuotes(std::string_view text, std::size_t at) {
    const char quote = text[at++];
    while (at < text.size() && text[at] != quote)
        at += text[at] == '\\' && quote != '\'' ? 2U : 1U;
    return at;
}

} // namespace

void ScriptReader::addUnknown(Word& word, PartKind kind, std::size_t from, CommandRange commands, Quoting quoting) {
    const std::string_view written = m_text.substr(from, std::min(m_at - from, limits::scriptPartBytes));
    // "$@" and "${a[@]}" are as many words as they have values.
    const bool oneWord = quoting == Quoting::Double && (kind != PartKind::Unknown || !written.contains('@'));
    word.parts.push_back({kind, std::string(written), commands, oneWord});
}

bool ScriptReader::dollar(Word& word, Quoting quoting) {
    const std::size_t from = m_at;
    const int next = peek(1);
    if (next == '\'' && quoting == Quoting::None)
        return ansiQuoted(word);
    if (next == '"' && quoting == Quoting::None)
        return advance(2) && doubleQuoted(word);
    if (next == '(') {
        const auto arithmetic = peek(2) == '(' ? closesTwice(from) : false;
        if (!arithmetic)
            return false;
        if (!*arithmetic)
            return substitution(word, PartKind::Output, quoting);
        if (!advance(3) || !balanced('(', ')') || !expect(')', "a )"))
            return false;
    } else if (next == '[') {
        if (!advance(2) || !balanced('[', ']'))
            return false;
    } else if (next == '{') {
        if (!advance(2) || !balanced(0, '}'))
            return false;
    } else if (isNameStart(next)) {
        while (isNameStart(peek(1)) || isDigit(peek(1))) {
            if (!advance())
                return false;
        }
        if (!advance())
            return false;
    } else if (next > 0 &&
               std::string_view("0123456789@*#?-$!").find(static_cast<char>(next)) != std::string_view::npos) {
        if (!advance(2))
            return false;
    } else {
        addLiteral(word, "$");
        return advance();
    }
    addUnknown(word, PartKind::Unknown, from, {}, quoting);
    return true;
}

/** `$(…)`, `<(…)`, `>(…)`. */
bool ScriptReader::substitution(Word& word, PartKind kind, Quoting quoting) {
    const std::size_t from = m_at;
    const std::size_t first = m_script.commands.size();
    const bool here = std::exchange(m_here, false);
    ++m_substitutions;
    if (!advance(2) || !list(ListEnd::Parenthesis) || !expect(')', "the ) of a substitution"))
        return false;
    --m_substitutions;
    m_here = here;
    addUnknown(word, kind, from, {first, m_script.commands.size()}, quoting);
    return true;
}

bool ScriptReader::backquoted(Word& word, Quoting quoting) {
    const std::size_t from = m_at;
    const std::size_t first = m_script.commands.size();
    std::string text;
    if (!advanceRaw())
        return false;
    for (;;) {
        const int c = raw();
        if (c == endOfText)
            return wrong("a ` is never closed");
        if (c == '`')
            break;
        const bool escapes = c == '\\' && m_at + 1 < m_text.size();
        const char next = escapes ? m_text[m_at + 1] : '\0';
        const bool dropped =
            escapes && (next == '$' || next == '`' || next == '\\' || (next == '"' && quoting == Quoting::Double));
        if (!dropped)
            text += static_cast<char>(c);
        if (escapes)
            text += next;
        if (!advanceRaw(escapes ? 2 : 1))
            return false;
    }
    if (!advanceRaw() || !advance(0) || !nestedText(text))
        return false;
    addUnknown(word, PartKind::Output, from, {first, m_script.commands.size()}, quoting);
    return true;
}

bool ScriptReader::quotedOrExpanded(bool& found) {
    Word ignored;
    found = true;
    switch (peek()) {
    case '\\':
        return backslash(ignored);
    case '\'':
        return singleQuoted(ignored);
    case '"': {
        const bool here = std::exchange(m_here, false);
        if (!advance() || !doubleQuoted(ignored))
            return false;
        m_here = here;
        return true;
    }
    case '`':
        return backquoted(ignored, Quoting::None);
    case '$':
        return dollar(ignored, Quoting::None);
    default:
        found = false;
        return true;
    }
}

bool ScriptReader::balanced(int open, int close) {
    const Level level(*this);
    if (level.tooDeep())
        return wrong("too many constructs are inside each other");
    for (std::size_t opened = 1;;) {
        const int c = peek();
        if (c == endOfText)
            return wrong("a bracket is never closed");
        bool found = false;
        if (!quotedOrExpanded(found))
            return false;
        if (found)
            continue;
        if (!advance())
            return false;
        if (c == open)
            ++opened;
        else if (c == close && --opened == 0)
            return true;
    }
}

/** Looks ahead without reading: Bash, too, only counts parentheses here, and skips what is quoted. */
std::optional<bool> ScriptReader::closesTwice(std::size_t from) {
    std::size_t at = m_text.find("((", from);
    std::size_t opened = 0;
    bool closed = false;
    for (; at < m_text.size() && !closed; ++at) {
        const char c = m_text[at];
        if (c == '\\')
            ++at;
        else if (c == '\'' || c == '"' || c == '`')
            at = endOfQuotes(m_text, at);
        else if (c == '(')
            ++opened;
        else if (c == ')')
            closed = --opened == 1;
    }
    if (!spend(std::min(at, m_text.size()) - from))
        return std::nullopt;
    return closed && at < m_text.size() && m_text[at] == ')';
}

} // namespace exeat::script
