#include "rules/language/token.h"

#include "shared/base/text.h"

#include <algorithm>
#include <array>
#include <cstddef>

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

constexpr std::array<std::string_view, 18> reserved{
    "as",     "assert", "async", "await",    "class", "del", "except", "finally", "from",
    "global", "import", "is",    "nonlocal", "raise", "try", "while",  "with",    "yield",
};

/** By their first character; longer ones before those they begin with. */
constexpr std::array<Spelled, 44> symbols{{
    {"!=", TokenKind::NotEqual},
    {"!", TokenKind::Bang},
    {"%=", TokenKind::PercentAssign},
    {"%", TokenKind::Percent},
    {"&=", TokenKind::AmpersandAssign},
    {"&", TokenKind::Ampersand},
    {"(", TokenKind::OpenParen},
    {")", TokenKind::CloseParen},
    {"**", TokenKind::StarStar},
    {"*=", TokenKind::StarAssign},
    {"*", TokenKind::Star},
    {"+=", TokenKind::PlusAssign},
    {"+", TokenKind::Plus},
    {",", TokenKind::Comma},
    {"-=", TokenKind::MinusAssign},
    {"->", TokenKind::Arrow},
    {"-", TokenKind::Minus},
    {"...", TokenKind::Ellipsis},
    {".", TokenKind::Dot},
    {"//=", TokenKind::SlashSlashAssign},
    {"//", TokenKind::SlashSlash},
    {"/=", TokenKind::SlashAssign},
    {"/", TokenKind::Slash},
    {":", TokenKind::Colon},
    {";", TokenKind::Semicolon},
    {"<<=", TokenKind::ShiftLeftAssign},
    {"<<", TokenKind::ShiftLeft},
    {"<=", TokenKind::LessEqual},
    {"<", TokenKind::Less},
    {"==", TokenKind::Equal},
    {"=", TokenKind::Assign},
    {">>=", TokenKind::ShiftRightAssign},
    {">=", TokenKind::GreaterEqual},
    {">>", TokenKind::ShiftRight},
    {">", TokenKind::Greater},
    {"[", TokenKind::OpenBracket},
    {"]", TokenKind::CloseBracket},
    {"^=", TokenKind::CaretAssign},
    {"^", TokenKind::Caret},
    {"{", TokenKind::OpenBrace},
    {"|=", TokenKind::PipeAssign},
    {"|", TokenKind::Pipe},
    {"}", TokenKind::CloseBrace},
    {"~", TokenKind::Tilde},
}};

/** Where the symbols that begin with a character stand. */
struct Group {
    std::uint8_t first = 0;
    std::uint8_t end = 0;
};

constexpr std::array<Group, 128> symbolGroups = [] {
    std::array<Group, 128> groups{};
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        Group& group = groups[static_cast<std::size_t>(symbols[i].text[0])];
        if (group.end == 0)
            group.first = static_cast<std::uint8_t>(i);
        group.end = static_cast<std::uint8_t>(i + 1);
    }
    return groups;
}();

} // namespace

std::string_view spelling(TokenKind kind) {
    static constexpr auto byKind = [] {
        std::array<std::string_view, static_cast<std::size_t>(TokenKind::ShiftRightAssign) + 1> texts{};
        for (const auto& word : keywords)
            texts[static_cast<std::size_t>(word.kind)] = word.text;
        for (const auto& symbol : symbols)
            texts[static_cast<std::size_t>(symbol.kind)] = symbol.text;
        return texts;
    }();
    return byKind.at(static_cast<std::size_t>(kind));
}

TokenKind wordKind(std::string_view word) {
    const auto keyword =
        std::find_if(keywords.begin(), keywords.end(), [&](const Spelled& entry) { return entry.text == word; });
    if (keyword != keywords.end())
        return keyword->kind;
    const bool isReserved = std::find(reserved.begin(), reserved.end(), word) != reserved.end();
    return isReserved ? TokenKind::Reserved : TokenKind::Name;
}

std::span<const std::string_view> reservedWords() {
    return reserved;
}

TokenKind symbolAt(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.empty() ? '\0' : text[0]);
    if (first >= symbolGroups.size())
        return TokenKind::End;
    const Group group = symbolGroups[first];
    for (std::size_t i = group.first; i < group.end; ++i) {
        if (text.starts_with(symbols[i].text))
            return symbols[i].kind;
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
