#include "rules/script/ansiescape.h"
#include "rules/script/reader.h"

namespace exeat::script {
namespace {

constexpr bool isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool isNameCharacter(int c) {
    return isLetter(c) || (c >= '0' && c <= '9');
}

/** `*`, `?`, `[…]`, `{a,b}`, `{1..3}`: seen character by character outside of quotes. */
class PatternWatch {
public:
    /** True from the character on that makes a pattern of the word. */
    bool meets(int c) {
        switch (c) {
        case '*':
        case '?':
            return true;
        case '[':
            m_bracket = true;
            break;
        case ']':
            return m_bracket;
        case '{':
            m_brace = true;
            break;
        case ',':
            m_list = m_brace;
            break;
        case '.':
            m_list = m_list || (m_brace && m_last == '.');
            break;
        case '}':
            return m_list;
        default:
            break;
        }
        m_last = c;
        return false;
    }

private:
    bool m_bracket = false;
    bool m_brace = false;
    bool m_list = false;
    int m_last = 0;
};

} // namespace

void ScriptReader::addLiteral(Word& word, std::string_view text) {
    if (word.parts.empty() || word.parts.back().kind != PartKind::Literal)
        word.parts.push_back({PartKind::Literal, std::string(text), {}, false});
    else
        word.parts.back().text += text;
}

bool ScriptReader::atWordEnd() const {
    const int c = peek();
    if (c == '<' || c == '>')
        return peek(1) != '(';
    return c == endOfText || std::string_view(" \t\n;&|()").find(static_cast<char>(c)) != std::string_view::npos;
}

bool ScriptReader::word(Word& word) {
    if (!advance(0))
        return false;
    PatternWatch watch;
    const bool home = raw() == '~';
    const std::size_t from = m_at;
    for (bool more = true; more;) {
        const int c = raw();
        if (!wordPiece(word, more))
            return false;
        if (more && c != '\\' && c != '\'' && c != '"' && c != '`' && c != '$')
            word.pattern |= watch.meets(c);
    }
    word.pattern |= home;
    return m_at > from || wrong("a word is missing");
}

bool ScriptReader::wordPiece(Word& word, bool& more) {
    const int c = peek();
    more = true;
    switch (c) {
    case '\\':
        return backslash(word);
    case '\'':
        return singleQuoted(word);
    case '"':
        return advance() && doubleQuoted(word);
    case '`':
        return backquoted(word, Quoting::None);
    case '$':
        return dollar(word, Quoting::None);
    case '<':
    case '>':
        more = peek(1) == '(';
        return !more || substitution(word, PartKind::Pipe, Quoting::Double);
    case '(':
        // a=(…) behind declare, export and their like
        more = word.parts.size() == 1 && word.isLiteral() && word.parts.front().text.ends_with('=');
        return !more || arrayValue(word);
    case '*':
    case '?':
    case '@':
    case '+':
    case '!':
        if (peek(1) == '(') {
            const std::size_t from = m_at;
            if (!advance(2) || !balanced('(', ')'))
                return false;
            addUnknown(word, PartKind::Unknown, from, {}, Quoting::None);
            return true;
        }
        break;
    default:
        break;
    }
    more = !atWordEnd();
    if (!more)
        return true;
    const auto byte = static_cast<char>(c);
    addLiteral(word, {&byte, 1});
    return advance();
}

bool ScriptReader::backslash(Word& word) {
    if (!advanceRaw())
        return false;
    if (raw() == endOfText) {
        addLiteral(word, "\\");
        return true;
    }
    addLiteral(word, m_text.substr(m_at, 1));
    return advanceRaw() && advance(0);
}

bool ScriptReader::singleQuoted(Word& word) {
    const auto end = m_text.find('\'', m_at + 1);
    if (end == std::string_view::npos)
        return wrong("a ' is never closed");
    addLiteral(word, m_text.substr(m_at + 1, end - m_at - 1));
    return advanceRaw(end + 1 - m_at) && advance(0);
}

bool ScriptReader::doubleQuoted(Word& word) {
    addLiteral(word, {});
    while (peek() != '"') {
        if (peek() == endOfText)
            return wrong("a \" is never closed");
        if (!doubleQuotedPiece(word))
            return false;
    }
    return advance();
}

/** Also of a here-document, where " is as any other character. */
bool ScriptReader::doubleQuotedPiece(Word& word) {
    const int c = peek();
    if (c == '$')
        return dollar(word, Quoting::Double);
    if (c == '`')
        return backquoted(word, Quoting::Double);
    if (c == '\\') {
        const int next = peek(1);
        if (next == '$' || next == '`' || next == '\\' || (next == '"' && !m_here))
            return backslash(word);
    }
    const auto byte = static_cast<char>(c);
    addLiteral(word, {&byte, 1});
    return advance();
}

bool ScriptReader::ansiQuoted(Word& word) {
    std::string value;
    bool ended = false; // by \0, as a string of C
    if (!advance(2))
        return false;
    addLiteral(word, {});
    for (;;) {
        const int c = raw();
        if (c == endOfText)
            return wrong("a $' is never closed");
        if (c == '\'')
            break;
        if (c != '\\') {
            const auto byte = static_cast<char>(c);
            if (!ended)
                addLiteral(word, {&byte, 1});
            if (!advanceRaw())
                return false;
            continue;
        }
        const std::size_t from = m_at;
        const AnsiEscape escape = readAnsiEscape(m_text.substr(m_at + 1));
        if (!advanceRaw(1 + escape.length))
            return false;
        ended |= escape.value == std::string(1, '\0');
        if (ended)
            continue;
        if (escape.value)
            addLiteral(word, *escape.value);
        else
            addUnknown(word, PartKind::Unknown, from, {}, Quoting::Double);
    }
    return advanceRaw() && advance(0);
}

std::size_t ScriptReader::nameLength() const {
    std::size_t end = m_at;
    const auto at = [&] { return end < m_text.size() ? static_cast<unsigned char>(m_text[end]) : endOfText; };
    while (isLetter(at()) || (end > m_at && isNameCharacter(at())))
        ++end;
    return end - m_at;
}

/** `name=`, `name+=` or `name[…]=` and a value, if that is what stands here. */

bool ScriptReader::assignment(Assignment& assignment, bool& found) {
    const Mark before = mark();
    const std::size_t name = nameLength();
    if (name == 0)
        return true;
    if (!advance(name))
        return false;
    if (peek() == '[' && (!advance() || !balanced('[', ']')))
        return false;
    const bool adds = peek() == '+' && peek(1) == '=';
    found = adds || peek() == '=';
    if (!found) {
        returnTo(before);
        return true;
    }
    assignment.name = m_text.substr(before.at, m_at - before.at);
    if (!advance(adds ? 2 : 1))
        return false;
    if (peek() == '(')
        return arrayValue(assignment.value);
    if (atWordEnd())
        return true;
    return word(assignment.value);
}

/** Everything between the parentheses of a list; what it would start is found. */
bool ScriptReader::arrayValue(Word& value) {
    const Level level(*this);
    if (level.tooDeep())
        return wrong("too many constructs are inside each other");
    const std::size_t from = m_at;
    if (!advance())
        return false;
    for (;;) {
        if (!skipSpace())
            return false;
        if (peek() == ')')
            break;
        Word element;
        if (!word(element))
            return false;
    }
    if (!advance())
        return false;
    addUnknown(value, PartKind::Unknown, from, {}, Quoting::None);
    return true;
}

} // namespace exeat::script
