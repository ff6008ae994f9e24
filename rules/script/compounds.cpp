#include "rules/script/reader.h"

#include <algorithm>
#include <array>

namespace exeat::script {
namespace {

constexpr auto reservedWords = std::to_array<std::string_view>(
    {"!",  "[[",  "{",  "}",  "case",   "coproc", "do",   "done",  "elif",  "else",    "esac",
     "fi", "for", "if", "in", "select", "then",   "time", "until", "while", "function"});
constexpr std::size_t longestReserved = 8;

constexpr auto compoundWords =
    std::to_array<std::string_view>({"{", "if", "while", "until", "for", "select", "case", "[["});

constexpr bool endsWord(int c) {
    return c < 0 || std::string_view(" \t\n;&|<>()").find(static_cast<char>(c)) != std::string_view::npos;
}

} // namespace

std::string_view ScriptReader::reservedWord() const {
    std::size_t end = m_at;
    while (end < m_text.size() && !endsWord(static_cast<unsigned char>(m_text[end])) && end - m_at <= longestReserved)
        ++end;
    const std::string_view found = m_text.substr(std::min(m_at, m_text.size()), end - m_at);
    const std::string_view behind = m_text.substr(std::min(end, m_text.size()), 2);
    if (behind == "<(" || behind == ">(")
        return {};
    return std::ranges::find(reservedWords, found) == reservedWords.end() ? std::string_view() : found;
}

bool ScriptReader::take(std::string_view reserved) {
    if (reservedWord() != reserved)
        return wrong("`" + std::string(reserved) + "` is missing");
    return advance(reserved.size());
}

bool ScriptReader::startsCompound() const {
    return peek() == '(' || std::ranges::find(compoundWords, reservedWord()) != compoundWords.end();
}

/** With the redirections behind it. */
bool ScriptReader::redirectedCompound() {
    RedirectedBlock block;
    block.commands.first = m_script.commands.size();
    if (!compound(reservedWord()))
        return false;
    block.commands.end = m_script.commands.size();
    for (;;) {
        if (!skipBlanks())
            return false;
        if (!atRedirection())
            break;
        if (!redirection(block.redirections))
            return false;
    }
    if (!block.redirections.empty())
        m_script.blocks.push_back(std::move(block));
    return true;
}

bool ScriptReader::compound(std::string_view reserved) {
    if (peek() == '(')
        return parenthesized();
    if (reserved == "{")
        return take("{") && list(ListEnd::Brace) && take("}");
    if (reserved == "if")
        return ifClause();
    if (reserved == "while" || reserved == "until")
        return whileClause();
    if (reserved == "for" || reserved == "select")
        return forClause();
    if (reserved == "case")
        return caseClause();
    if (reserved == "[[")
        return conditional();
    return wrong("a compound command is missing");
}

/** `( )`, or arithmetic in `(( ))`. */
bool ScriptReader::parenthesized() {
    if (peek(1) == '(') {
        const auto arithmetic = closesTwice(m_at);
        if (!arithmetic)
            return false;
        if (*arithmetic)
            return advance(2) && balanced('(', ')') && expect(')', "a )");
    }
    return advance() && list(ListEnd::Parenthesis) && expect(')', "a )");
}

bool ScriptReader::ifClause() {
    if (!take("if") || !list(ListEnd::Then) || !take("then") || !list(ListEnd::Else | ListEnd::Fi))
        return false;
    while (reservedWord() == "elif") {
        if (!take("elif") || !list(ListEnd::Then) || !take("then") || !list(ListEnd::Else | ListEnd::Fi))
            return false;
    }
    if (reservedWord() == "else" && (!take("else") || !list(ListEnd::Fi)))
        return false;
    return take("fi");
}

bool ScriptReader::whileClause() {
    return advance(reservedWord().size()) && list(ListEnd::Do) && take("do") && list(ListEnd::Done) && take("done");
}

bool ScriptReader::forClause() {
    if (!advance(reservedWord().size()) || !skipBlanks())
        return false;
    if (peek() == '(' && peek(1) == '(') {
        if (!advance(2) || !balanced('(', ')') || !expect(')', "a )"))
            return false;
        if (!skipBlanks() || (peek() == ';' && !advance()))
            return false;
        return loopBody();
    }
    Word name;
    return word(name) && forWords() && loopBody();
}

/** `in a b c`, or nothing. */
bool ScriptReader::forWords() {
    if (!skipSpace())
        return false;
    if (reservedWord() == "in") {
        if (!take("in") || !skipBlanks())
            return false;
        while (!atWordEnd() && peek() != '#') {
            Word ignored;
            if (!word(ignored) || !skipBlanks())
                return false;
        }
    }
    return peek() == ';' ? advance() : true;
}

bool ScriptReader::loopBody() {
    if (!skipSpace())
        return false;
    if (reservedWord() == "{")
        return take("{") && list(ListEnd::Brace) && take("}");
    return take("do") && list(ListEnd::Done) && take("done");
}

bool ScriptReader::caseClause() {
    Word subject;
    if (!take("case") || !skipBlanks() || !word(subject) || !skipSpace() || !take("in"))
        return false;
    for (bool more = true; more;) {
        if (!skipSpace() || !caseItem(more))
            return false;
    }
    return take("esac");
}

bool ScriptReader::caseItem(bool& more) {
    more = reservedWord() != "esac";
    if (!more)
        return true;
    if (peek() == '(' && (!advance() || !skipBlanks()))
        return false;
    for (;;) {
        Word pattern;
        if (!word(pattern) || !skipBlanks())
            return false;
        if (peek() != '|')
            break;
        if (!advance() || !skipBlanks())
            return false;
    }
    if (!expect(')', "the ) behind a pattern") || !list(ListEnd::CaseItem))
        return false;
    if (peek() != ';')
        return true; // esac
    if (!advance())
        return false;
    const bool both = peek() == ';' && peek(1) == '&';
    return advance(both ? 2 : 1);
}

/** Only the commands in $( ) are of interest; operators and the parentheses of a regular expression are passed over. */
bool ScriptReader::conditional() {
    if (!take("[["))
        return false;
    for (;;) {
        if (!skipSpace())
            return false;
        const int c = peek();
        if (c == endOfText)
            return wrong("]] is missing");
        const bool process = (c == '<' || c == '>') && peek(1) == '(';
        if (!process && std::string_view("()<>|&;").find(static_cast<char>(c)) != std::string_view::npos) {
            if (!advance())
                return false;
            continue;
        }
        const std::size_t from = m_at;
        Word operand;
        if (!word(operand))
            return false;
        if (m_text.substr(from, m_at - from) == "]]")
            return true;
    }
}

/** A name may only stand before a compound command. */
bool ScriptReader::coprocess() {
    const std::size_t first = m_script.commands.size();
    if (!take("coproc") || !skipBlanks())
        return false;
    if (!startsCompound() && !atWordEnd()) {
        const Mark before = mark();
        Word name;
        if (!word(name) || !skipBlanks())
            return false;
        if (!startsCompound())
            returnTo(before);
    }
    if (!command())
        return false;
    for (std::size_t i = first; i < m_script.commands.size(); ++i)
        m_script.commands[i].background = true;
    return spend(m_script.commands.size() - first);
}

bool ScriptReader::functionKeyword() {
    Word name;
    if (!take("function") || !skipBlanks() || !word(name) || !skipBlanks())
        return false;
    if (peek() == '(' && peek(1) != '(') {
        const std::size_t from = m_at;
        if (!advance() || !skipBlanks())
            return false;
        if (peek() == ')') {
            if (!advance())
                return false;
        } else {
            m_at = from; // a body in parentheses
        }
    }
    return functionBody(name.text());
}

bool ScriptReader::functionBody(std::string name) {
    const std::size_t first = m_script.commands.size();
    if (!skipSpace())
        return false;
    if (!startsCompound())
        return wrong("the body of a function is missing");
    if (!redirectedCompound())
        return false;
    const CommandRange body{first, m_script.commands.size()};
    for (std::size_t i = body.first; i < body.end; ++i) {
        if (m_script.commands[i].function.empty())
            m_script.commands[i].function = name;
    }
    m_script.functions.push_back({std::move(name), body});
    return spend(body.end - body.first);
}

} // namespace exeat::script
