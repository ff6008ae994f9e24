#include "rules/parser.h"

#include "rules/lexer.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <array>
#include <optional>

namespace exeat::rules {
namespace {

constexpr std::array allBuiltins{Builtin::PrefixRule, Builtin::HostExecutable, Builtin::NetworkRule};

std::optional<Builtin> builtinOf(std::string_view name) {
    for (const Builtin builtin : allBuiltins) {
        if (name == builtinName(builtin))
            return builtin;
    }
    return std::nullopt;
}

/** Levenshtein distance, for "did you mean"; both words are short names. */
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t kept = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({kept, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

Fault unknownName(const Token& name) {
    if (name.text.size() <= 32) {
        for (const Builtin builtin : allBuiltins) {
            if (distance(name.text, builtinName(builtin)) <= 3)
                return {name.at, "`" + name.text + "` is not known here, did you mean `" +
                                     std::string(builtinName(builtin)) + "`?"};
        }
    }
    return literalOnly(name.at, "`" + visible(name.text, 64) + "`");
}

std::string describe(const Token& token) {
    switch (token.kind) {
    case TokenKind::End:
        return "the end of the file";
    case TokenKind::Newline:
        return "the end of the line";
    case TokenKind::String:
    case TokenKind::Bytes:
        return "the string \"" + visible(token.text, 64) + "\"";
    default:
        return "`" + visible(token.text, 64) + "`";
    }
}

bool isSymbol(const Token& token, char c) {
    return token.kind == TokenKind::Symbol && token.text[0] == c;
}

class Parser {
public:
    explicit Parser(std::string_view text) : m_lexer(text) {}

    std::expected<std::vector<Call>, Fault> file() {
        std::vector<Call> calls;
        if (!step())
            return std::unexpected(m_fault);
        while (m_token.kind != TokenKind::End) {
            if (m_token.kind == TokenKind::Newline) {
                if (!step())
                    return std::unexpected(m_fault);
            } else if (!statement(calls)) {
                return std::unexpected(m_fault);
            }
        }
        return calls;
    }

private:
    bool failAt(Position at, std::string message) {
        m_fault = {at, std::move(message)};
        return false;
    }
    bool failWith(Fault fault) {
        m_fault = std::move(fault);
        return false;
    }
    bool step() {
        auto token = m_lexer.next();
        if (!token)
            return failWith(token.error());
        m_token = std::move(*token);
        return true;
    }

    bool statement(std::vector<Call>& calls) {
        if (m_token.kind == TokenKind::String) { // a comment in quotes, as Starlark's docstrings
            if (!step())
                return false;
        } else if (m_token.kind == TokenKind::Name) {
            const auto builtin = builtinOf(m_token.text);
            if (!builtin)
                return failWith(unknownName(m_token));
            if (!call(calls.emplace_back(Call{m_token.at, *builtin, {}})))
                return false;
        } else if (m_token.kind == TokenKind::Symbol && (isSymbol(m_token, ')') || isSymbol(m_token, ']') ||
                                                         isSymbol(m_token, '}') || isSymbol(m_token, ';'))) {
            return failAt(m_token.at, "nothing is open or begun that " + describe(m_token) + " could end");
        } else {
            return failWith(literalOnly(m_token.at, "A statement that begins with " + describe(m_token)));
        }
        return endOfStatement();
    }

    bool endOfStatement() {
        if (isSymbol(m_token, ';'))
            return step();
        if (m_token.kind == TokenKind::Newline || m_token.kind == TokenKind::End)
            return true;
        if (isSymbol(m_token, ')') || isSymbol(m_token, ']') || isSymbol(m_token, '}') ||
            m_token.kind == TokenKind::String)
            return failAt(m_token.at, "the line should end before " + describe(m_token));
        return failWith(literalOnly(m_token.at, describe(m_token) + " behind a statement"));
    }

    bool call(Call& out) {
        const Token name = m_token;
        if (!step())
            return false;
        if (!isSymbol(m_token, '('))
            return failWith(literalOnly(name.at, "`" + name.text + "` without its arguments in parentheses"));
        const Position opened = m_token.at;
        if (!step())
            return false;
        while (!isSymbol(m_token, ')')) {
            if (!argument(out) || !separator(')', opened))
                return false;
        }
        return step();
    }

    bool argument(Call& out) {
        Argument argument{m_token.at, {}, {}};
        if (m_token.kind == TokenKind::Name && !isConstant(m_token.text)) {
            const Token name = m_token;
            if (!step())
                return false;
            if (!isSymbol(m_token, '='))
                return failWith(literalOnly(name.at, "The name `" + visible(name.text, 64) + "` as a value"));
            if (!step())
                return false;
            if (isSymbol(m_token, '='))
                return failWith(literalOnly(m_token.at, "The operator `==`"));
            argument.name = name.text;
            for (const auto& earlier : out.arguments) {
                if (earlier.name == name.text)
                    return failAt(name.at, "the argument `" + visible(name.text, 64) + "` is given twice");
            }
        } else if (!out.arguments.empty() && !out.arguments.back().name.empty()) {
            return failAt(m_token.at, "an argument without a name may not follow one with a name");
        }
        if (out.arguments.size() >= limits::rulesArguments)
            return failAt(m_token.at, "more than " + std::to_string(limits::rulesArguments) + " arguments");
        if (!value(argument.value, 0))
            return false;
        out.arguments.push_back(std::move(argument));
        return true;
    }

    /** A comma, or the closing bracket (left for the caller). */
    bool separator(char closing, Position opened) {
        if (isSymbol(m_token, ','))
            return step();
        if (isSymbol(m_token, closing))
            return true;
        if (m_token.kind == TokenKind::End)
            return failAt(m_token.at, "the file ends before `" + std::string(1, closing) +
                                          "`; the bracket was opened in line " + std::to_string(opened.line) +
                                          ", column " + std::to_string(opened.column));
        if (m_token.kind == TokenKind::String)
            return failAt(m_token.at, describe(m_token) + " follows another value; write a comma between them");
        if (isSymbol(m_token, ')') || isSymbol(m_token, ']') || isSymbol(m_token, '}'))
            return failAt(m_token.at, describe(m_token) + " does not close the bracket of line " +
                                          std::to_string(opened.line) + ", column " + std::to_string(opened.column));
        return failWith(literalOnly(m_token.at, describe(m_token) + " behind a value"));
    }

    static bool isConstant(std::string_view name) { return name == "True" || name == "False" || name == "None"; }

    bool value(Literal& out, std::size_t depth) {
        out.at = m_token.at;
        switch (m_token.kind) {
        case TokenKind::String:
            return scalar(out, LiteralKind::String);
        case TokenKind::Bytes:
            return scalar(out, LiteralKind::Bytes);
        case TokenKind::Int:
            return scalar(out, LiteralKind::Int);
        case TokenKind::Float:
            return scalar(out, LiteralKind::Float);
        case TokenKind::Name:
            if (!isConstant(m_token.text))
                return failWith(literalOnly(m_token.at, "The name `" + visible(m_token.text, 64) + "` as a value"));
            out.truth = m_token.text == "True";
            return scalar(out, m_token.text == "None" ? LiteralKind::None : LiteralKind::Bool);
        case TokenKind::Symbol:
            if (isSymbol(m_token, '['))
                return sequence(out, LiteralKind::List, ']', depth);
            if (isSymbol(m_token, '('))
                return sequence(out, LiteralKind::Tuple, ')', depth);
            if (isSymbol(m_token, ')') || isSymbol(m_token, ']') || isSymbol(m_token, '}') || isSymbol(m_token, ','))
                return failAt(m_token.at, "a value is missing before " + describe(m_token));
            return failWith(literalOnly(m_token.at, describe(m_token) + " in a value"));
        case TokenKind::Newline:
        case TokenKind::End:
            break;
        }
        return failAt(m_token.at, "a value is missing before " + describe(m_token));
    }

    bool scalar(Literal& out, LiteralKind kind) {
        out.kind = kind;
        out.text = std::move(m_token.text);
        return step();
    }

    bool sequence(Literal& out, LiteralKind kind, char closing, std::size_t depth) {
        const Position opened = m_token.at;
        if (depth >= limits::rulesDepth)
            return failAt(opened, "brackets are nested deeper than " + std::to_string(limits::rulesDepth) + " levels");
        out.kind = kind;
        bool comma = false;
        if (!step())
            return false;
        while (!isSymbol(m_token, closing)) {
            if (!value(out.items.emplace_back(), depth + 1))
                return false;
            comma = isSymbol(m_token, ',');
            if (!separator(closing, opened))
                return false;
        }
        // Parentheses around one value without a comma only group.
        if (kind == LiteralKind::Tuple && out.items.size() == 1 && !comma) {
            Literal inner = std::move(out.items.front());
            out = std::move(inner);
        }
        return step();
    }

    Lexer m_lexer;
    Token m_token;
    Fault m_fault;
};

} // namespace

std::expected<std::vector<Call>, Fault> parseCalls(std::string_view text) {
    return Parser(text).file();
}

} // namespace exeat::rules
