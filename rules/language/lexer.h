#pragma once

#include "rules/language/token.h"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exeat::rules {

/** The text of an f-string up to its next expression or its end. */
struct FormatText {
    std::string text;
    bool ended = false; ///< false: an expression follows, its first token is next()
};

/**
 * Starlark's tokens (codex.md §1.2): words of ASCII, spaces only, LF or CR LF. Inside brackets newlines and indentation
 * mean nothing. The text must be valid UTF-8 and outlive the lexer. After End it gives End for ever.
 */
class Lexer {
public:
    explicit Lexer(std::string_view text) : m_text(text) {}

    std::expected<Token, Fault> next();

    /**
     * Reads on in an f-string: to be called after its FormatString token and after the `}` that ends an expression in
     * it. The braces of an expression count as brackets, so it may span lines.
     */
    std::expected<FormatText, Fault> formatText(const Token& opening);

    /** Behind what was read last. */
    Position position() const { return here(); }

    /** The innermost bracket that is open now, for "is never closed". */
    std::optional<Token> openBracket() const;

private:
    using TokenOr = std::expected<Token, Fault>;

    char peek(std::size_t ahead = 0) const { return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0'; }
    bool atEnd() const { return m_at >= m_text.size(); }
    void advance(std::size_t bytes = 1);
    /** The same for what is known to be there, ASCII and without a line's end. */
    void advancePlain(std::size_t bytes) {
        m_at += bytes;
        m_column += static_cast<int>(bytes);
    }
    Position here() const { return {m_line, m_column}; }
    /** Bytes of a line end here: 0, 1 (LF) or 2 (CR LF). */
    std::size_t lineEnd() const;
    std::expected<void, Fault> skipBlanks();
    std::expected<std::optional<Token>, Fault> lineStart();
    Token atEndOfText();
    TokenOr word();
    TokenOr number();
    TokenOr symbol();
    TokenOr string(std::string_view prefix, Position start);
    Quotes openQuotes(std::string_view prefix);
    bool closes(const Quotes& quotes) const;
    enum class Content { Text, Bytes };
    std::expected<void, Fault> stringPart(std::string& decoded, const Quotes& quotes, Content content, Position start);
    std::expected<void, Fault> escape(std::string& decoded, Content content, Position start);
    std::expected<void, Fault> hexEscape(std::string& decoded, std::size_t digits, Content content);
    std::expected<void, Fault> octalEscape(std::string& decoded, Content content);
    Fault invalidInput() const;

    std::string_view m_text;
    std::size_t m_at = 0;
    int m_line = 1;
    int m_column = 1;
    std::vector<Token> m_brackets; ///< open ones; a `{` may be that of an f-string
    std::vector<int> m_indents;    ///< of the open blocks, beside the file's own 0
    int m_dedents = 0;             ///< blocks that have ended and were not told yet
    bool m_lineStart = true;
    bool m_lineBegun = false; ///< a token since the last Newline
};

} // namespace exeat::rules
