#pragma once

#include "rules/fault.h"

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace exeat::rules {

enum class TokenKind { Name, String, Bytes, Int, Float, Symbol, Newline, End };

struct Token {
    TokenKind kind = TokenKind::End;
    Position at;
    std::string text; ///< of strings decoded, else as written; a Symbol is one character
};

/**
 * Starlark's tokens, as far as literal rules need them (codex.md §1.2). Newlines inside brackets are dropped; a line
 * that begins with a blank outside brackets is a fault, because no block can be open. The text must be valid UTF-8
 * and outlive the lexer.
 */
class Lexer {
public:
    explicit Lexer(std::string_view text) : m_text(text) {}
    std::expected<Token, Fault> next();

private:
    using TokenOr = std::expected<Token, Fault>;

    char peek(std::size_t ahead = 0) const { return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0'; }
    bool atEnd() const { return m_at >= m_text.size(); }
    void advance(std::size_t bytes = 1);
    Position here() const { return {m_line, m_column}; }
    /** Bytes of a line end here: 0, 1 (LF) or 2 (CR LF). */
    std::size_t lineEnd() const;
    std::expected<void, Fault> skipBlanks();
    TokenOr newline();
    TokenOr name();
    TokenOr number();
    TokenOr symbol();
    TokenOr string(std::string_view prefix, Position start);
    std::expected<void, Fault> escape(std::string& decoded, Position start);
    std::expected<void, Fault> hexEscape(std::string& decoded, std::size_t digits);
    void octalEscape(std::string& decoded);
    Fault invalidInput() const;

    std::string_view m_text;
    std::size_t m_at = 0;
    int m_line = 1;
    int m_column = 1;
    int m_brackets = 0;
    bool m_lineStart = true;
};

} // namespace exeat::rules
