#include "rules/lexer.h"

#include "shared/base/text.h"

#include <cstdint>

namespace exeat::rules {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isNamePart(char c) {
    return isNameStart(c) || isDigit(c);
}

int hexValue(char c) {
    if (isDigit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

void appendUtf8(std::string& text, std::uint32_t c) {
    const auto byte = [&](std::uint32_t value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
    if (c < 0x80) {
        byte(c);
    } else if (c < 0x800) {
        byte(0xC0U | (c >> 6U));
        byte(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
        byte(0xE0U | (c >> 12U));
        byte(0x80U | ((c >> 6U) & 0x3FU));
        byte(0x80U | (c & 0x3FU));
    } else {
        byte(0xF0U | (c >> 18U));
        byte(0x80U | ((c >> 12U) & 0x3FU));
        byte(0x80U | ((c >> 6U) & 0x3FU));
        byte(0x80U | (c & 0x3FU));
    }
}

constexpr std::string_view symbols = "()[]{},=:;.+-*/%<>|&^~";

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
    return {here(), "the character `" + visible(m_text.substr(m_at, length)) +
                        "` may not stand here, only inside quotes or a comment"};
}

std::expected<void, Fault> Lexer::skipBlanks() {
    const Position start = here();
    for (;;) {
        if (peek() == ' ') {
            advance();
        } else if (peek() == '\t') {
            // As Codex: the column is where the run of blanks began.
            return std::unexpected(Fault{start, "tabs are not allowed outside quotes and comments; use spaces"});
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

Lexer::TokenOr Lexer::next() {
    for (;;) {
        const Position before = here();
        if (auto skipped = skipBlanks(); !skipped)
            return std::unexpected(skipped.error());
        if (atEnd())
            return Token{TokenKind::End, here(), {}};
        if (const std::size_t end = lineEnd(); end > 0) {
            const Token token{TokenKind::Newline, here(), {}};
            advance(end);
            m_lineStart = true;
            if (m_brackets > 0)
                continue;
            return token;
        }
        if (m_lineStart && m_brackets == 0 && here() != before)
            return std::unexpected(Fault{before, "this line is indented, but no block is open; remove the blanks"});
        m_lineStart = false;
        break;
    }
    const char c = peek();
    if (isNameStart(c))
        return name();
    if (c == '"' || c == '\'')
        return string({}, here());
    if (isDigit(c) || (c == '.' && isDigit(peek(1))))
        return number();
    return symbol();
}

Lexer::TokenOr Lexer::name() {
    const Position start = here();
    std::size_t length = 0;
    while (isNamePart(peek(length)))
        ++length;
    const std::string_view text = m_text.substr(m_at, length);
    const char after = peek(length);
    if (length <= 2 && (after == '"' || after == '\'') && text.find_first_not_of("rbf") == std::string_view::npos) {
        advance(length);
        return string(text, start);
    }
    advance(length);
    return Token{TokenKind::Name, start, std::string(text)};
}

Lexer::TokenOr Lexer::number() {
    const Position start = here();
    std::size_t length = 0;
    bool real = false;
    const bool hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
    for (;; ++length) {
        const char c = peek(length);
        if (c == '.' || (!hex && (c == 'e' || c == 'E')))
            real = true;
        else if ((c == '+' || c == '-') && !hex && length > 0 && (peek(length - 1) == 'e' || peek(length - 1) == 'E'))
            continue;
        else if (!isNamePart(c))
            break;
    }
    const std::string text(m_text.substr(m_at, length));
    if (!real && text.size() > 1 && text[0] == '0' && isDigit(text[1]))
        return std::unexpected(
            Fault{start, "a whole number may not begin with 0, but this is `" + visible(text) + "`"});
    if (text.find('_') != std::string::npos)
        return std::unexpected(Fault{start, "`" + visible(text) + "` is not a number"});
    advance(length);
    return Token{real ? TokenKind::Float : TokenKind::Int, start, text};
}

Lexer::TokenOr Lexer::symbol() {
    const Position start = here();
    const char c = peek();
    if (c == '!' && peek(1) == '=')
        return std::unexpected(literalOnly(start, "The operator `!=`"));
    if (symbols.find(c) == std::string_view::npos)
        return std::unexpected(invalidInput());
    if (c == '(' || c == '[' || c == '{')
        ++m_brackets;
    else if ((c == ')' || c == ']' || c == '}') && m_brackets > 0)
        --m_brackets;
    advance();
    return Token{TokenKind::Symbol, start, std::string(1, c)};
}

Lexer::TokenOr Lexer::string(std::string_view prefix, Position start) {
    if (prefix.find('f') != std::string_view::npos)
        return std::unexpected(literalOnly(start, "An f-string"));
    const bool raw = prefix.find('r') != std::string_view::npos;
    const char quote = peek();
    const bool triple = peek(1) == quote && peek(2) == quote;
    advance(triple ? 3 : 1);
    Token token{prefix.find('b') != std::string_view::npos ? TokenKind::Bytes : TokenKind::String, start, {}};
    for (;;) {
        const std::size_t end = lineEnd();
        if (atEnd() || (end > 0 && !triple))
            return std::unexpected(Fault{start, "this string is never closed"});
        if (peek() == quote && (!triple || (peek(1) == quote && peek(2) == quote))) {
            advance(triple ? 3 : 1);
            return token;
        }
        if (end > 0) {
            token.text += '\n';
            advance(end);
        } else if (peek() == '\\' && raw) {
            // A raw string keeps the backslash, and a quote behind it does not end the string.
            token.text += '\\';
            advance();
            if (!atEnd() && lineEnd() == 0) {
                token.text += peek();
                advance();
            }
        } else if (peek() == '\\') {
            if (auto done = escape(token.text, start); !done)
                return std::unexpected(done.error());
        } else {
            token.text += peek();
            advance();
        }
    }
}

std::expected<void, Fault> Lexer::escape(std::string& decoded, Position start) {
    if (m_at + 1 >= m_text.size())
        return std::unexpected(Fault{start, "this string is never closed"});
    switch (const char c = peek(1)) {
    case 'n':
        decoded += '\n';
        break;
    case 'r':
        decoded += '\r';
        break;
    case 't':
        decoded += '\t';
        break;
    case '\\':
    case '"':
    case '\'':
        decoded += c;
        break;
    case '\n':
        break;
    case '\r':
        if (peek(2) == '\n')
            advance();
        else
            decoded += "\\\r";
        break;
    case 'x':
        return hexEscape(decoded, 2);
    case 'u':
        return hexEscape(decoded, 4);
    case 'U':
        return hexEscape(decoded, 8);
    default:
        if (c >= '0' && c <= '7') {
            octalEscape(decoded);
            return {};
        }
        // An unknown escape keeps its backslash; what follows is read as any other text.
        decoded += '\\';
        advance();
        return {};
    }
    advance(2);
    return {};
}

std::expected<void, Fault> Lexer::hexEscape(std::string& decoded, std::size_t digits) {
    const Position start = here();
    std::uint32_t value = 0;
    bool good = true;
    for (std::size_t i = 0; i < digits && good; ++i) {
        const int digit = hexValue(peek(2 + i));
        good = digit >= 0;
        value = (value << 4U) | static_cast<std::uint32_t>(digit & 0xF);
    }
    if (!good || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return std::unexpected(Fault{start, "the escape `\\" + std::string(1, peek(1)) + "` needs " +
                                                std::to_string(digits) +
                                                " hexadecimal digits that name a character of Unicode"});
    appendUtf8(decoded, value);
    advance(2 + digits);
    return {};
}

void Lexer::octalEscape(std::string& decoded) {
    std::uint32_t value = 0;
    std::size_t digits = 0;
    while (digits < 3 && peek(1 + digits) >= '0' && peek(1 + digits) <= '7') {
        value = value * 8 + static_cast<std::uint32_t>(peek(1 + digits) - '0');
        ++digits;
    }
    appendUtf8(decoded, value);
    advance(1 + digits);
}

} // namespace exeat::rules
