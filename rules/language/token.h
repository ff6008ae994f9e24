#pragma once

#include "rules/language/fault.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace exeat::rules {

enum class TokenKind : std::uint8_t {
    Name,
    Reserved, ///< a word of Python that Starlark keeps for itself
    String,
    Bytes,
    FormatString, ///< the opening of an f-string; Lexer::formatText() reads on
    Int,
    Float,
    Newline,
    Indent,
    Dedent,
    End,
    // Keywords.
    And,
    Break,
    Continue,
    Def,
    Elif,
    Else,
    For,
    If,
    In,
    Lambda,
    Load,
    Not,
    Or,
    Pass,
    Return,
    // Symbols.
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Colon,
    Semicolon,
    Dot,
    Ellipsis,
    Arrow,
    Bang, ///< only before the conversion of an f-string
    Assign,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Star,
    StarStar,
    Slash,
    SlashSlash,
    Percent,
    Ampersand,
    Pipe,
    Caret,
    Tilde,
    ShiftLeft,
    ShiftRight,
    PlusAssign,
    MinusAssign,
    StarAssign,
    SlashAssign,
    SlashSlashAssign,
    PercentAssign,
    AmpersandAssign,
    PipeAssign,
    CaretAssign,
    ShiftLeftAssign,
    ShiftRightAssign,
};

/** How a string was opened, which says how it goes on and ends. */
struct Quotes {
    char mark = '"';
    bool triple = false;
    bool raw = false;
};

struct Token {
    TokenKind kind = TokenKind::End;
    Position at;
    std::string text; ///< of strings decoded, of names, numbers and reserved words as written
    Quotes quotes;    ///< of a FormatString
};

/** As written, for keywords and symbols; empty for all else. */
std::string_view spelling(TokenKind kind);

/** The keyword, Reserved or Name. */
TokenKind wordKind(std::string_view word);

/** All that are Reserved. */
std::span<const std::string_view> reservedWords();

/** The longest symbol that `text` begins with; End if none. */
TokenKind symbolAt(std::string_view text);

/** The token in words, for "… before the closing bracket". Made safe to show. */
std::string describe(const Token& token);

} // namespace exeat::rules
