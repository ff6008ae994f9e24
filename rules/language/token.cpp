#include "rules/language/token.h"

#include "shared/base/text.h"

#include <algorithm>
#include <array>

namespace exeat::rules {
namespace {

struct Spelled {
    std::string_view text;
    TokenKind kind;
};

constexpr std::array<Spelled, 15> keywords{{
    {"and", TokenKind::And},
    {"break", TokenKind::Break},
    {"continue", TokenKind::Continue},
    {"def", TokenKind::Def},
    {"elif", TokenKind::Elif},
    {"else", TokenKind::Else},
    {"for", TokenKind::For},
    {"if", TokenKind::If},
    {"in", TokenKind::In},
    {"lambda", TokenKind::Lambda},
    {"load", TokenKind::Load},
    {"not", TokenKind::Not},
    {"or", TokenKind::Or},
    {"pass", TokenKind::Pass},
    {"return", TokenKind::Return},
}};

constexpr std::array<std::string_view, 18> reservedWords{
    "as",     "assert", "async", "await",    "class", "del", "except", "finally", "from",
    "global", "import", "is",    "nonlocal", "raise", "try", "while",  "with",    "yield",
};

/** Longer ones before those they begin with. */
constexpr std::array<Spelled, 44> symbols{{
    {"//=", TokenKind::SlashSlashAssign},
    {"<<=", TokenKind::ShiftLeftAssign},
    {">>=", TokenKind::ShiftRightAssign},
    {"...", TokenKind::Ellipsis},
    {"**", TokenKind::StarStar},
    {"//", TokenKind::SlashSlash},
    {"<<", TokenKind::ShiftLeft},
    {">>", TokenKind::ShiftRight},
    {"==", TokenKind::Equal},
    {"!=", TokenKind::NotEqual},
    {"<=", TokenKind::LessEqual},
    {">=", TokenKind::GreaterEqual},
    {"+=", TokenKind::PlusAssign},
    {"-=", TokenKind::MinusAssign},
    {"*=", TokenKind::StarAssign},
    {"/=", TokenKind::SlashAssign},
    {"%=", TokenKind::PercentAssign},
    {"&=", TokenKind::AmpersandAssign},
    {"|=", TokenKind::PipeAssign},
    {"^=", TokenKind::CaretAssign},
    {"->", TokenKind::Arrow},
    {"(", TokenKind::OpenParen},
    {")", TokenKind::CloseParen},
    {"[", TokenKind::OpenBracket},
    {"]", TokenKind::CloseBracket},
    {"{", TokenKind::OpenBrace},
    {"}", TokenKind::CloseBrace},
    {",", TokenKind::Comma},
    {":", TokenKind::Colon},
    {";", TokenKind::Semicolon},
    {".", TokenKind::Dot},
    {"!", TokenKind::Bang},
    {"=", TokenKind::Assign},
    {"<", TokenKind::Less},
    {">", TokenKind::Greater},
    {"+", TokenKind::Plus},
    {"-", TokenKind::Minus},
    {"*", TokenKind::Star},
    {"/", TokenKind::Slash},
    {"%", TokenKind::Percent},
    {"&", TokenKind::Ampersand},
    {"|", TokenKind::Pipe},
    {"^", TokenKind::Caret},
    {"~", TokenKind::Tilde},
}};

} // namespace

std::string_view spelling(TokenKind kind) {
    for (const auto& word : keywords) {
        if (word.kind == kind)
            return word.text;
    }
    for (const auto& symbol : symbols) {
        if (symbol.kind == kind)
            return symbol.text;
    }
    return {};
}

TokenKind wordKind(std::string_view word) {
    const auto keyword =
        std::find_if(keywords.begin(), keywords.end(), [&](const Spelled& entry) { return entry.text == word; });
    if (keyword != keywords.end())
        return keyword->kind;
    const bool reserved = std::find(reservedWords.begin(), reservedWords.end(), word) != reservedWords.end();
    return reserved ? TokenKind::Reserved : TokenKind::Name;
}

TokenKind symbolAt(std::string_view text) {
    for (const auto& symbol : symbols) {
        if (text.starts_with(symbol.text))
            return symbol.kind;
    }
    return TokenKind::End;
}

std::string describe(const Token& token) {
    switch (token.kind) {
    case TokenKind::Name:
    case TokenKind::Reserved:
    case TokenKind::Int:
    case TokenKind::Float:
        return "`" + visible(token.text, 64) + "`";
    case TokenKind::String:
    case TokenKind::Bytes:
    case TokenKind::FormatString:
        return "a string";
    case TokenKind::Newline:
        return "the end of the line";
    case TokenKind::Indent:
        return "an indented line";
    case TokenKind::Dedent:
        return "the end of the block";
    case TokenKind::End:
        return "the end of the file";
    default:
        return "`" + std::string(spelling(token.kind)) + "`";
    }
}

} // namespace exeat::rules
