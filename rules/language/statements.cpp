#include "rules/language/parser.h"
#include "rules/language/parsing.h"
#include "rules/language/suggestion.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace exeat::rules {
namespace {

std::optional<BinaryOperator> augmentedBy(TokenKind kind) {
    switch (kind) {
    case TokenKind::PlusAssign:
        return BinaryOperator::Add;
    case TokenKind::MinusAssign:
        return BinaryOperator::Subtract;
    case TokenKind::StarAssign:
        return BinaryOperator::Multiply;
    case TokenKind::SlashAssign:
        return BinaryOperator::Divide;
    case TokenKind::SlashSlashAssign:
        return BinaryOperator::FloorDivide;
    case TokenKind::PercentAssign:
        return BinaryOperator::Modulo;
    case TokenKind::AmpersandAssign:
        return BinaryOperator::And;
    case TokenKind::PipeAssign:
        return BinaryOperator::Or;
    case TokenKind::CaretAssign:
        return BinaryOperator::Xor;
    case TokenKind::ShiftLeftAssign:
        return BinaryOperator::ShiftLeft;
    case TokenKind::ShiftRightAssign:
        return BinaryOperator::ShiftRight;
    default:
        return std::nullopt;
    }
}

/** What a person who wrote a word of Python may have wanted. */
std::string insteadOf(std::string_view reserved) {
    if (reserved == "while")
        return "; write a `for` over a range";
    if (reserved == "is")
        return "; compare with `==`";
    if (reserved == "import" || reserved == "from")
        return "; every rules file stands alone";
    if (reserved == "assert" || reserved == "raise")
        return "; call fail()";
    if (reserved == "del")
        return "; use the method pop()";
    return {};
}

} // namespace

bool Parsing::Level::tooDeep() const {
    return m_parsing.m_depth > limits::rulesDepth;
}

Parsing::Done Parsing::step() {
    m_end = m_lexer.position();
    auto token = m_lexer.next();
    if (!token)
        return std::unexpected(std::move(token.error()));
    m_token = std::move(*token);
    return {};
}

bool Parsing::atAny(std::initializer_list<TokenKind> kinds) const {
    return std::find(kinds.begin(), kinds.end(), m_token.kind) != kinds.end();
}

std::unexpected<Fault> Parsing::wrong(Position where, std::string message) const {
    return std::unexpected(Fault{where, std::move(message), {}});
}

std::unexpected<Fault> Parsing::tooDeep() const {
    return wrong("this is nested deeper than " + std::to_string(limits::rulesDepth) + " levels; name the parts");
}

std::unexpected<Fault> Parsing::unexpected(std::string_view expected) const {
    if (at(TokenKind::Reserved))
        return wrong(describe(m_token) + " is a word of Python that Starlark does not have" + insteadOf(m_token.text));
    const auto open = m_lexer.openBracket();
    if (open && atAny({TokenKind::Newline, TokenKind::End}))
        return wrong(open->at, "the bracket " + describe(*open) + " is never closed");
    std::string message = std::string(expected) + " is expected here, not " + describe(m_token);
    if (open && open->at.line < m_token.at.line)
        message += " (the bracket " + describe(*open) + " of line " + std::to_string(open->at.line) + ", column " +
                   std::to_string(open->at.column) + " is still open)";
    if (atAny({TokenKind::String, TokenKind::FormatString}) && open)
        message += "; between two strings write a comma or `+`";
    return wrong(std::move(message));
}

Parsing::Done Parsing::expect(TokenKind kind, std::string_view where) {
    if (!at(kind))
        return unexpected("`" + std::string(spelling(kind)) + "` " + std::string(where));
    return step();
}

std::expected<Program, Fault> Parsing::program() {
    if (auto begun = step(); !begun)
        return std::unexpected(std::move(begun.error()));
    while (!at(TokenKind::End)) {
        if (at(TokenKind::Indent))
            return wrong("this line is indented, but no block is open; remove the blanks");
        if (auto line = statementLine(m_program.body); !line)
            return std::unexpected(std::move(line.error()));
    }
    return std::move(m_program);
}

Parsing::Done Parsing::statementLine(Block& block) {
    const Level level(*this);
    if (level.tooDeep())
        return tooDeep();
    std::expected<Statement, Fault> statement;
    switch (m_token.kind) {
    case TokenKind::If:
        statement = ifStatement();
        break;
    case TokenKind::For:
        statement = forStatement();
        break;
    case TokenKind::Def:
        statement = defStatement();
        break;
    default:
        return simpleStatements(block);
    }
    if (!statement)
        return std::unexpected(std::move(statement.error()));
    block.push_back(std::move(*statement));
    return {};
}

Parsing::Done Parsing::simpleStatements(Block& block) {
    for (;;) {
        auto statement = simpleStatement();
        if (!statement)
            return std::unexpected(std::move(statement.error()));
        statement->end = m_end;
        block.push_back(std::move(*statement));
        if (at(TokenKind::Semicolon)) {
            if (auto stepped = step(); !stepped)
                return stepped;
            if (!at(TokenKind::Newline))
                continue;
        }
        if (!at(TokenKind::Newline))
            return unexpected("the end of the line");
        return step();
    }
}

std::expected<Statement, Fault> Parsing::simpleStatement() {
    const Position start = m_token.at;
    const auto word = [&](Statement::Node node) -> std::expected<Statement, Fault> {
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        return Statement{start, std::move(node)};
    };
    switch (m_token.kind) {
    case TokenKind::Pass:
        return word(PassStatement{});
    case TokenKind::Break:
        return word(BreakStatement{});
    case TokenKind::Continue:
        return word(ContinueStatement{});
    case TokenKind::Return:
        return returnStatement();
    case TokenKind::Load:
        return loadStatement();
    default:
        return expressionStatement();
    }
}

std::expected<Statement, Fault> Parsing::returnStatement() {
    Statement statement{m_token.at, ReturnStatement{}};
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    if (atAny({TokenKind::Newline, TokenKind::Semicolon}))
        return statement;
    auto value = expressionOrTuple();
    if (!value)
        return std::unexpected(std::move(value.error()));
    statement.node = ReturnStatement{std::move(*value)};
    return statement;
}

std::expected<Statement, Fault> Parsing::expressionStatement() {
    const Position start = m_token.at;
    auto first = expressionOrTuple();
    if (!first)
        return std::unexpected(std::move(first.error()));
    ExpressionPtr type;
    if (at(TokenKind::Colon)) {
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        auto annotated = annotation();
        if (!annotated)
            return std::unexpected(std::move(annotated.error()));
        type = std::move(*annotated);
        if (!at(TokenKind::Assign))
            return unexpected("`=` and the value of a variable with a type");
    }
    if (at(TokenKind::Assign) || augmentedBy(m_token.kind))
        return assignment(start, std::move(*first), std::move(type));
    return Statement{start, ExpressionStatement{std::move(*first)}};
}

std::expected<Statement, Fault> Parsing::assignment(Position start, ExpressionPtr target, ExpressionPtr annotation) {
    const auto op = augmentedBy(m_token.kind);
    const bool several = target->as<TupleExpression>() != nullptr || target->as<ListExpression>() != nullptr;
    if (op && several)
        return wrong(start, "several variables cannot be changed by one `" + std::string(spelling(m_token.kind)) + "`");
    if (annotation && several)
        return wrong(start, "a type can be said of one variable only");
    if (auto good = checkTarget(*target); !good)
        return std::unexpected(std::move(good.error()));
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    auto value = expressionOrTuple();
    if (!value)
        return std::unexpected(std::move(value.error()));
    if (op)
        return Statement{start, AugmentedStatement{*op, std::move(target), std::move(*value)}};
    return Statement{start, AssignStatement{std::move(target), std::move(annotation), std::move(*value)}};
}

Parsing::Done Parsing::checkTarget(const Expression& target) const {
    const Expressions* items = nullptr;
    if (const auto* tuple = target.as<TupleExpression>())
        items = &tuple->items;
    else if (const auto* list = target.as<ListExpression>())
        items = &list->items;
    if (items == nullptr) {
        if (target.as<NameExpression>() == nullptr && target.as<IndexExpression>() == nullptr &&
            target.as<AttributeExpression>() == nullptr)
            return wrong(target.at,
                         "this cannot be assigned to; only a name, an element `a[i]` or several of them can");
        return {};
    }
    for (const auto& item : *items) {
        if (auto good = checkTarget(*item); !good)
            return good;
    }
    return {};
}

std::expected<Statement, Fault> Parsing::ifStatement() {
    Statement statement{m_token.at, IfStatement{}};
    auto& branches = std::get<IfStatement>(statement.node).branches;
    while (atAny({TokenKind::If, TokenKind::Elif})) {
        const std::string_view word = spelling(m_token.kind);
        if (!branches.empty() && at(TokenKind::If))
            break;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        auto condition = expression();
        if (!condition)
            return std::unexpected(std::move(condition.error()));
        branches.push_back({std::move(*condition), {}});
        if (auto body = block(branches.back().body, word); !body)
            return std::unexpected(std::move(body.error()));
    }
    if (!at(TokenKind::Else))
        return statement;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    branches.emplace_back();
    if (auto body = block(branches.back().body, "else"); !body)
        return std::unexpected(std::move(body.error()));
    return statement;
}

std::expected<Statement, Fault> Parsing::forStatement() {
    const Position start = m_token.at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    ForStatement loop;
    auto target = loopTarget();
    if (!target)
        return std::unexpected(std::move(target.error()));
    loop.target = std::move(*target);
    if (auto in = expect(TokenKind::In, "behind the variable of the loop"); !in)
        return std::unexpected(std::move(in.error()));
    auto source = expression();
    if (!source)
        return std::unexpected(std::move(source.error()));
    loop.source = std::move(*source);
    if (auto body = block(loop.body, "for"); !body)
        return std::unexpected(std::move(body.error()));
    return Statement{start, std::move(loop)};
}

Parsing::Done Parsing::block(Block& body, std::string_view after) {
    if (auto colon = expect(TokenKind::Colon, "behind this `" + std::string(after) + "`"); !colon)
        return colon;
    if (!at(TokenKind::Newline))
        return simpleStatements(body);
    if (auto stepped = step(); !stepped)
        return stepped;
    return indentedBlock(body, after);
}

Parsing::Done Parsing::indentedBlock(Block& body, std::string_view after) {
    if (!at(TokenKind::Indent))
        return wrong("the `" + std::string(after) + "` above needs an indented block; write `pass` for none");
    if (auto stepped = step(); !stepped)
        return stepped;
    while (!at(TokenKind::Dedent)) {
        if (at(TokenKind::Indent))
            return wrong("this line is indented deeper than its block; align it with the line above");
        if (auto line = statementLine(body); !line)
            return line;
    }
    return step();
}

std::expected<Statement, Fault> Parsing::loadStatement() {
    const Position start = m_token.at;
    LoadStatement load;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    if (auto open = expect(TokenKind::OpenParen, "behind `load`"); !open)
        return std::unexpected(std::move(open.error()));
    if (!at(TokenKind::String))
        return unexpected("the name of a file in quotes");
    load.module = std::move(m_token.text);
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    while (!at(TokenKind::CloseParen)) {
        if (auto comma = expect(TokenKind::Comma, "or `)`"); !comma)
            return std::unexpected(std::move(comma.error()));
        if (at(TokenKind::CloseParen))
            break;
        auto name = loadedName();
        if (!name)
            return std::unexpected(std::move(name.error()));
        load.names.push_back(std::move(*name));
    }
    if (load.names.empty())
        return wrong("load names a file and at least one thing in it");
    if (auto close = step(); !close)
        return std::unexpected(std::move(close.error()));
    return Statement{start, std::move(load)};
}

std::expected<LoadedName, Fault> Parsing::loadedName() {
    LoadedName name;
    if (at(TokenKind::Name)) {
        name.local = m_token.text;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        if (auto assign = expect(TokenKind::Assign, "and a name in quotes"); !assign)
            return std::unexpected(std::move(assign.error()));
    }
    if (!at(TokenKind::String))
        return unexpected("a name in quotes");
    if (name.local.empty())
        name.local = m_token.text;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    return name;
}

std::expected<Program, Fault> parseProgram(std::string_view text) {
    return Parsing(text).program();
}

} // namespace exeat::rules
