#include "rules/language/lexer.h"
#include "rules/language/utf8.h"

#include <algorithm>
#include <cstdint>

/** The part of the lexer that reads strings: quotes, escapes, and the text between the expressions of an f-string. */
namespace exeat::rules {
namespace {

int hexValue(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/** Inside of quotes; for all kinds of them. */
bool mayMeanSomething(char c) {
    return c == '\\' || c == '\n' || c == '\r' || c == '\'' || c == '"' || c == '{' || c == '}';
}

Fault neverClosed(Position start) {
    return {start, "this string is never closed", {}};
}

} // namespace

Quotes Lexer::openQuotes(std::string_view prefix) {
    const char mark = peek();
    const bool triple = peek(1) == mark && peek(2) == mark;
    advancePlain(triple ? 3 : 1);
    return {mark, triple, prefix.find('r') != std::string_view::npos};
}

bool Lexer::closes(const Quotes& quotes) const {
    return peek() == quotes.mark && (!quotes.triple || (peek(1) == quotes.mark && peek(2) == quotes.mark));
}

Lexer::TokenOr Lexer::string(std::string_view prefix, Position start) {
    const bool bytes = prefix.find('b') != std::string_view::npos;
    Token token{bytes ? TokenKind::Bytes : TokenKind::String, start, {}, openQuotes(prefix)};
    if (prefix.find('f') != std::string_view::npos) {
        token.kind = TokenKind::FormatString;
        return token;
    }
    while (!closes(token.quotes)) {
        auto part = stringPart(token.text, token.quotes, bytes ? Content::Bytes : Content::Text, start);
        if (!part)
            return std::unexpected(part.error());
    }
    advancePlain(token.quotes.triple ? 3 : 1);
    return token;
}

std::expected<FormatText, Fault> Lexer::formatText(const Token& opening) {
    FormatText result;
    for (;;) {
        if (closes(opening.quotes)) {
            advance(opening.quotes.triple ? 3 : 1);
            result.ended = true;
            return result;
        }
        if ((peek() == '{' || peek() == '}') && peek(1) == peek()) {
            result.text += peek();
            advance(2);
        } else if (peek() == '{') {
            m_brackets.push_back({TokenKind::OpenBrace, here(), {}, {}});
            advance();
            return result;
        } else if (peek() == '}') {
            return std::unexpected(Fault{here(), "a `}` alone may not stand in an f-string; write `}}`", {}});
        } else if (auto part = stringPart(result.text, opening.quotes, Content::Text, opening.at); !part) {
            return std::unexpected(part.error());
        }
    }
}

std::expected<void, Fault> Lexer::stringPart(std::string& decoded, const Quotes& quotes, Content content,
                                             Position start) {
    const std::size_t end = lineEnd();
    if (atEnd() || (end > 0 && !quotes.triple))
        return std::unexpected(neverClosed(start));
    if (end > 0) {
        decoded += '\n';
        advance(end);
    } else if (peek() == '\\' && quotes.raw) {
        // A raw string keeps the backslash, and a quote behind it does not end the string.
        decoded += '\\';
        advance();
        if (!atEnd() && lineEnd() == 0) {
            decoded += peek();
            advance();
        }
    } else if (peek() == '\\') {
        return escape(decoded, content, start);
    } else {
        // Up to what may mean something; that itself, where it means nothing here.
        const std::string_view rest = m_text.substr(m_at);
        const auto plain = static_cast<std::size_t>(std::ranges::find_if(rest, mayMeanSomething) - rest.begin());
        const std::size_t length = std::max<std::size_t>(plain, 1);
        decoded += m_text.substr(m_at, length);
        advance(length);
    }
    return {};
}

std::expected<void, Fault> Lexer::escape(std::string& decoded, Content content, Position start) {
    if (m_at + 1 >= m_text.size())
        return std::unexpected(neverClosed(start));
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
        return hexEscape(decoded, 2, content);
    case 'u':
        return hexEscape(decoded, 4, Content::Text);
    case 'U':
        return hexEscape(decoded, 8, Content::Text);
    default:
        if (c >= '0' && c <= '7')
            return octalEscape(decoded, content);
        // An unknown escape keeps its backslash; what follows is read as any other text.
        decoded += '\\';
        advance();
        return {};
    }
    advance(2);
    return {};
}

std::expected<void, Fault> Lexer::hexEscape(std::string& decoded, std::size_t digits, Content content) {
    const Position start = here();
    std::uint32_t value = 0;
    bool good = true;
    for (std::size_t i = 0; i < digits && good; ++i) {
        const int digit = hexValue(peek(2 + i));
        good = digit >= 0;
        value = (value << 4U) | static_cast<std::uint32_t>(digit & 0xF);
    }
    if (!good || !isCharacter(value))
        return std::unexpected(Fault{start,
                                     "the escape `\\" + std::string(1, peek(1)) + "` needs " + std::to_string(digits) +
                                         " hexadecimal digits that name a character of Unicode",
                                     {}});
    if (content == Content::Bytes)
        decoded += static_cast<char>(static_cast<unsigned char>(value));
    else
        appendUtf8(decoded, value);
    advance(2 + digits);
    return {};
}

std::expected<void, Fault> Lexer::octalEscape(std::string& decoded, Content content) {
    std::uint32_t value = 0;
    std::size_t digits = 0;
    while (digits < 3 && peek(1 + digits) >= '0' && peek(1 + digits) <= '7') {
        value = value * 8 + static_cast<std::uint32_t>(peek(1 + digits) - '0');
        ++digits;
    }
    if (content == Content::Text)
        appendUtf8(decoded, value);
    else if (value > 0xFF)
        return std::unexpected(Fault{here(), "an octal escape in bytes ends at `\\377`", {}});
    else
        decoded += static_cast<char>(static_cast<unsigned char>(value));
    advance(1 + digits);
    return {};
}

} // namespace exeat::rules
