#include "rules/language/lexer.h"

#include "shared/base/text.h"

namespace exeat::rules {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isHexDigit(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isNamePart(char c) {
    return isNameStart(c) || isDigit(c);
}

bool isStringPrefix(std::string_view word) {
    return word == "r" || word == "b" || word == "f" || word == "br" || word == "rb" || word == "fr";
}

TokenKind closerOf(TokenKind opener) {
    switch (opener) {
    case TokenKind::OpenParen:
        return TokenKind::CloseParen;
    case TokenKind::OpenBracket:
        return TokenKind::CloseBracket;
    case TokenKind::OpenBrace:
        return TokenKind::CloseBrace;
    default:
        return TokenKind::End;
    }
}

bool isCloser(TokenKind kind) {
    return kind == TokenKind::CloseParen || kind == TokenKind::CloseBracket || kind == TokenKind::CloseBrace;
}

} // namespace

void Lexer::advance(std::size_t bytes) {
    for (; bytes > 0 && !atEnd(); --bytes, ++m_at) {
        const auto byte = static_cast<unsigned char>(m_text[m_at]);
        if (byte == '\n') {
            ++m_line;
            m_column = 1;
        } else if ((byte & 0xC0U) != 0x80) {
            ++m_column;
        }
    }
}

std::size_t Lexer::lineEnd() const {
    if (peek() == '\n')
        return 1;
    return peek() == '\r' && peek(1) == '\n' ? 2 : 0;
}

Fault Lexer::invalidInput() const {
    std::size_t length = 1;
    while (m_at + length < m_text.size() && (static_cast<unsigned char>(m_text[m_at + length]) & 0xC0U) == 0x80)
        ++length;
    return {here(),
            "the character `" + visible(m_text.substr(m_at, length)) +
                "` may not stand here, only inside quotes or a comment",
            {}};
}

std::expected<void, Fault> Lexer::skipBlanks() {
    const Position start = here();
    for (;;) {
        if (peek() == ' ') {
            advancePlain(1);
        } else if (peek() == '\t') {
            // As Codex: the column is where the run of blanks began.
            return std::unexpected(Fault{start, "tabs are not allowed outside quotes and comments; use spaces", {}});
        } else if (peek() == '\\' && peek(1) == '\n') {
            advance(2);
        } else if (peek() == '\\' && peek(1) == '\r' && peek(2) == '\n') {
            advance(3);
        } else {
            break;
        }
    }
    if (peek() == '#') {
        while (!atEnd() && lineEnd() == 0)
            advance();
    }
    return {};
}

std::expected<std::optional<Token>, Fault> Lexer::lineStart() {
    const Position start = here();
    while (peek() == ' ')
        advancePlain(1);
    const Position text = here();
    if (auto skipped = skipBlanks(); !skipped)
        return std::unexpected(Fault{peek() == '\t' ? start : skipped.error().at, skipped.error().message, {}});
    // A line without anything on it says nothing about blocks.
    if (atEnd() || lineEnd() > 0)
        return std::nullopt;
    m_lineStart = false;
    const int indent = text.column - 1;
    const int open = m_indents.empty() ? 0 : m_indents.back();
    if (indent > open) {
        m_indents.push_back(indent);
        return Token{TokenKind::Indent, start, {}, {}};
    }
    while (!m_indents.empty() && indent < m_indents.back()) {
        m_indents.pop_back();
        ++m_dedents;
    }
    if (indent != (m_indents.empty() ? 0 : m_indents.back()))
        return std::unexpected(Fault{
            text, "this line is indented unlike every block that is open; align it with the lines it belongs to", {}});
    return std::nullopt;
}

Token Lexer::atEndOfText() {
    if (m_lineBegun) {
        m_lineBegun = false;
        return {TokenKind::Newline, here(), {}, {}};
    }
    if (!m_indents.empty()) {
        m_indents.pop_back();
        return {TokenKind::Dedent, here(), {}, {}};
    }
    return {TokenKind::End, here(), {}, {}};
}

Lexer::TokenOr Lexer::next() {
    for (;;) {
        if (m_dedents > 0) {
            --m_dedents;
            return Token{TokenKind::Dedent, here(), {}, {}};
        }
        if (m_lineStart && m_brackets.empty()) {
            auto block = lineStart();
            if (!block)
                return std::unexpected(block.error());
            if (*block)
                return std::move(**block);
            if (m_dedents > 0)
                continue;
        } else if (auto skipped = skipBlanks(); !skipped) {
            return std::unexpected(skipped.error());
        }
        if (atEnd())
            return atEndOfText();
        const std::size_t end = lineEnd();
        if (end == 0)
            break;
        const Token newline{TokenKind::Newline, here(), {}, {}};
        advance(end);
        if (!m_brackets.empty())
            continue;
        m_lineStart = true;
        if (m_lineBegun) {
            m_lineBegun = false;
            return newline;
        }
    }
    m_lineBegun = true;
    const char c = peek();
    if (isNameStart(c))
        return word();
    if (c == '"' || c == '\'')
        return string({}, here());
    if (isDigit(c) || (c == '.' && isDigit(peek(1))))
        return number();
    return symbol();
}

Lexer::TokenOr Lexer::word() {
    const Position start = here();
    std::size_t length = 0;
    while (isNamePart(peek(length)))
        ++length;
    const std::string_view text = m_text.substr(m_at, length);
    const char after = peek(length);
    advancePlain(length);
    if ((after == '"' || after == '\'') && isStringPrefix(text))
        return string(text, start);
    return Token{wordKind(text), start, std::string(text), {}};
}

Lexer::TokenOr Lexer::number() {
    const Position start = here();
    std::size_t length = 0;
    bool real = false;
    const auto digits = [&](auto isOne) {
        while (isOne(peek(length)))
            ++length;
    };
    const char base = peek() == '0' ? static_cast<char>(peek(1) | 0x20) : '\0';
    if ((base == 'x' && isHexDigit(peek(2))) || ((base == 'o' || base == 'b') && isDigit(peek(2)))) {
        length = 2;
        if (base == 'x')
            digits(isHexDigit);
        else
            digits([&](char c) { return c >= '0' && c <= (base == 'o' ? '7' : '1'); });
    } else {
        digits(isDigit);
        if (peek(length) == '.') {
            real = true;
            ++length;
            digits(isDigit);
        }
        const std::size_t sign = peek(length + 1) == '+' || peek(length + 1) == '-' ? 1 : 0;
        if ((peek(length) | 0x20) == 'e' && isDigit(peek(length + 1 + sign))) {
            real = true;
            length += 1 + sign;
            digits(isDigit);
        }
    }
    const std::string text(m_text.substr(m_at, length));
    if (isNamePart(peek(length)))
        return std::unexpected(Fault{start, "`" + visible(text + peek(length), 64) + "` is not a number", {}});
    if (!real && text.size() > 1 && text[0] == '0' && isDigit(text[1]))
        return std::unexpected(
            Fault{start, "a whole number may not begin with 0, but this is `" + visible(text, 64) + "`", {}});
    advancePlain(length);
    return Token{real ? TokenKind::Float : TokenKind::Int, start, text, {}};
}

Lexer::TokenOr Lexer::symbol() {
    Token token{symbolAt(m_text.substr(m_at)), here(), {}, {}};
    const bool inFormat = !m_brackets.empty();
    if (token.kind == TokenKind::End || (token.kind == TokenKind::Bang && !inFormat))
        return std::unexpected(invalidInput());
    if (closerOf(token.kind) != TokenKind::End) {
        m_brackets.push_back(token);
    } else if (isCloser(token.kind) && !m_brackets.empty()) {
        if (closerOf(m_brackets.back().kind) != token.kind) {
            const Token& open = m_brackets.back();
            return std::unexpected(Fault{token.at,
                                         "`" + std::string(spelling(token.kind)) + "` does not close the bracket `" +
                                             std::string(spelling(open.kind)) + "` of line " +
                                             std::to_string(open.at.line) + ", column " +
                                             std::to_string(open.at.column),
                                         {}});
        }
        m_brackets.pop_back();
    }
    advancePlain(spelling(token.kind).size());
    return token;
}

std::optional<Token> Lexer::openBracket() const {
    if (m_brackets.empty())
        return std::nullopt;
    return m_brackets.back();
}

} // namespace exeat::rules
