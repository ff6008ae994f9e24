#include "rules/language/parsing.h"
#include "shared/base/limits.h"

#include <array>
#include <optional>

/** The part of the parser that reads expressions. */
namespace exeat::rules {
namespace {

struct Operator {
    TokenKind token;
    BinaryOperator op;
};

/** From the loosest to the tightest; those in a row bind alike. */
constexpr std::array<std::array<Operator, 4>, 6> precedences{{
    {{{TokenKind::Pipe, BinaryOperator::Or}}},
    {{{TokenKind::Caret, BinaryOperator::Xor}}},
    {{{TokenKind::Ampersand, BinaryOperator::And}}},
    {{{TokenKind::ShiftLeft, BinaryOperator::ShiftLeft}, {TokenKind::ShiftRight, BinaryOperator::ShiftRight}}},
    {{{TokenKind::Plus, BinaryOperator::Add}, {TokenKind::Minus, BinaryOperator::Subtract}}},
    {{{TokenKind::Star, BinaryOperator::Multiply},
      {TokenKind::Slash, BinaryOperator::Divide},
      {TokenKind::SlashSlash, BinaryOperator::FloorDivide},
      {TokenKind::Percent, BinaryOperator::Modulo}}},
}};

std::optional<BinaryOperator> binaryOperator(std::size_t precedence, TokenKind kind) {
    for (const auto& entry : precedences.at(precedence)) {
        if (entry.token == kind && kind != TokenKind::Name)
            return entry.op;
    }
    return std::nullopt;
}

std::optional<Comparison> comparisonOf(TokenKind kind) {
    switch (kind) {
    case TokenKind::Equal:
        return Comparison::Equal;
    case TokenKind::NotEqual:
        return Comparison::NotEqual;
    case TokenKind::Less:
        return Comparison::Less;
    case TokenKind::LessEqual:
        return Comparison::LessEqual;
    case TokenKind::Greater:
        return Comparison::Greater;
    case TokenKind::GreaterEqual:
        return Comparison::GreaterEqual;
    case TokenKind::In:
        return Comparison::In;
    case TokenKind::Not:
        return Comparison::NotIn;
    default:
        return std::nullopt;
    }
}

} // namespace

Parsing::ExpressionOr Parsing::expressionOrTuple() {
    const Position start = m_token.at;
    auto first = expression();
    if (!first || !at(TokenKind::Comma))
        return first;
    TupleExpression tuple;
    tuple.items.push_back(std::move(*first));
    while (at(TokenKind::Comma)) {
        const Position comma = m_token.at;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        if (atAny({TokenKind::Newline, TokenKind::Assign, TokenKind::Semicolon}))
            return wrong(comma, "a tuple that ends in a comma needs parentheses around it");
        auto item = expression();
        if (!item)
            return item;
        tuple.items.push_back(std::move(*item));
    }
    return makeExpression(start, std::move(tuple));
}

Parsing::ExpressionOr Parsing::expression() {
    const Level level(*this);
    if (level.tooDeep())
        return tooDeep();
    return at(TokenKind::Lambda) ? lambda() : conditional();
}

Parsing::ExpressionOr Parsing::conditional() {
    const Position start = m_token.at;
    auto value = logic(Logic::Or);
    if (!value || !at(TokenKind::If))
        return value;
    ConditionalExpression result;
    result.then = std::move(*value);
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    auto condition = logic(Logic::Or);
    if (!condition)
        return condition;
    result.condition = std::move(*condition);
    if (auto otherwise = expect(TokenKind::Else, "and the value otherwise"); !otherwise)
        return std::unexpected(std::move(otherwise.error()));
    auto otherwise = expression();
    if (!otherwise)
        return otherwise;
    result.otherwise = std::move(*otherwise);
    return makeExpression(start, std::move(result));
}

Parsing::ExpressionOr Parsing::logic(Logic op) {
    const Position start = m_token.at;
    const TokenKind word = op == Logic::Or ? TokenKind::Or : TokenKind::And;
    auto first = op == Logic::Or ? logic(Logic::And) : negation();
    if (!first || !at(word))
        return first;
    LogicExpression result{op, {}};
    result.operands.push_back(std::move(*first));
    while (at(word)) {
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        auto operand = op == Logic::Or ? logic(Logic::And) : negation();
        if (!operand)
            return operand;
        result.operands.push_back(std::move(*operand));
    }
    return makeExpression(start, std::move(result));
}

Parsing::ExpressionOr Parsing::negation() {
    if (!at(TokenKind::Not))
        return comparison();
    const Level level(*this);
    if (level.tooDeep())
        return tooDeep();
    const Position start = m_token.at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    auto operand = negation();
    if (!operand)
        return operand;
    return makeExpression(start, UnaryExpression{UnaryOperator::Not, std::move(*operand)});
}

Parsing::ExpressionOr Parsing::comparison() {
    const Position start = m_token.at;
    auto left = binary(0);
    if (!left)
        return left;
    const auto op = comparisonOf(m_token.kind);
    if (!op)
        return left;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    if (*op == Comparison::NotIn) {
        if (auto in = expect(TokenKind::In, "behind `not`"); !in)
            return std::unexpected(std::move(in.error()));
    }
    auto right = binary(0);
    if (!right)
        return right;
    if (comparisonOf(m_token.kind))
        return wrong("comparisons do not chain in Starlark; join two of them by `and`");
    return makeExpression(start, ComparisonExpression{*op, std::move(*left), std::move(*right)});
}

Parsing::ExpressionOr Parsing::binary(std::size_t loosest) {
    const Position start = m_token.at;
    auto value = unary();
    if (!value || m_token.kind < TokenKind::Plus || m_token.kind > TokenKind::ShiftRight)
        return value; // no operator, as mostly
    // From the tightest out, each row of operators takes what stands before it as its first operand.
    for (std::size_t precedence = precedences.size(); value && precedence-- > loosest;) {
        if (!binaryOperator(precedence, m_token.kind))
            continue;
        BinaryExpression row{std::move(*value), {}};
        while (const auto op = binaryOperator(precedence, m_token.kind)) {
            if (auto stepped = step(); !stepped)
                return std::unexpected(std::move(stepped.error()));
            auto operand = binary(precedence + 1);
            if (!operand)
                return operand;
            row.rest.push_back({*op, std::move(*operand)});
        }
        value = makeExpression(start, std::move(row));
    }
    return value;
}

Parsing::ExpressionOr Parsing::unary() {
    UnaryOperator op{};
    switch (m_token.kind) {
    case TokenKind::Plus:
        op = UnaryOperator::Plus;
        break;
    case TokenKind::Minus:
        op = UnaryOperator::Minus;
        break;
    case TokenKind::Tilde:
        op = UnaryOperator::Invert;
        break;
    default:
        return suffixed();
    }
    const Level level(*this);
    if (level.tooDeep())
        return tooDeep();
    const Position start = m_token.at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    auto operand = unary();
    if (!operand)
        return operand;
    return makeExpression(start, UnaryExpression{op, std::move(*operand)});
}

Parsing::ExpressionOr Parsing::suffixed() {
    auto value = operand();
    std::size_t suffixes = 0;
    while (value && atAny({TokenKind::Dot, TokenKind::OpenParen, TokenKind::OpenBracket})) {
        // Each suffix is one level of the tree, though no bracket is open.
        if (m_depth + ++suffixes > limits::rulesDepth)
            return tooDeep();
        if (at(TokenKind::Dot))
            value = attribute(std::move(*value));
        else if (at(TokenKind::OpenParen))
            value = call(std::move(*value));
        else
            value = indexOrSlice(std::move(*value));
    }
    return value;
}

Parsing::ExpressionOr Parsing::attribute(ExpressionPtr object) {
    const Position start = object->at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    if (!at(TokenKind::Name))
        return unexpected("a name behind the dot");
    AttributeExpression result{std::move(object), std::move(m_token.text)};
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    return makeExpression(start, std::move(result));
}

Parsing::ExpressionOr Parsing::indexOrSlice(ExpressionPtr object) {
    const Position start = object->at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    if (at(TokenKind::Colon)) {
        SliceExpression slice;
        slice.object = std::move(object);
        return closeSlice(start, std::move(slice));
    }
    auto index = expressionOrTuple();
    if (!index)
        return index;
    if (at(TokenKind::Colon)) {
        SliceExpression slice;
        slice.object = std::move(object);
        slice.start = std::move(*index);
        return closeSlice(start, std::move(slice));
    }
    if (auto closed = expect(TokenKind::CloseBracket, "behind the index"); !closed)
        return std::unexpected(std::move(closed.error()));
    return makeExpression(start, IndexExpression{std::move(object), std::move(*index)});
}

Parsing::ExpressionOr Parsing::closeSlice(Position start, SliceExpression slice) {
    for (ExpressionPtr* part : {&slice.stop, &slice.step}) {
        if (!at(TokenKind::Colon))
            break;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        if (atAny({TokenKind::Colon, TokenKind::CloseBracket}))
            continue;
        auto value = expression();
        if (!value)
            return value;
        *part = std::move(*value);
    }
    if (auto closed = expect(TokenKind::CloseBracket, "behind the slice"); !closed)
        return std::unexpected(std::move(closed.error()));
    return makeExpression(start, std::move(slice));
}

Parsing::ExpressionOr Parsing::operand() {
    const Position start = m_token.at;
    switch (m_token.kind) {
    case TokenKind::Name: {
        NameExpression name{std::move(m_token.text), {}};
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        return makeExpression(start, std::move(name));
    }
    case TokenKind::String:
        return constant(ConstantKind::String);
    case TokenKind::Bytes:
        return constant(ConstantKind::Bytes);
    case TokenKind::Int:
        return constant(ConstantKind::Int);
    case TokenKind::Float:
        return constant(ConstantKind::Float);
    case TokenKind::FormatString:
        return formatString();
    case TokenKind::Ellipsis:
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        return makeExpression(start, EllipsisExpression{});
    case TokenKind::OpenParen:
        return parenthesised();
    case TokenKind::OpenBracket:
        return listOrComprehension();
    case TokenKind::OpenBrace:
        return dictOrComprehension();
    default:
        return unexpected("a value");
    }
}

Parsing::ExpressionOr Parsing::constant(ConstantKind kind) {
    const Position start = m_token.at;
    const auto index = static_cast<std::uint32_t>(m_program.constants.size());
    m_program.constants.push_back({kind, std::move(m_token.text)});
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    return makeExpression(start, ConstantExpression{index});
}

Parsing::ExpressionOr Parsing::parenthesised() {
    const Position start = m_token.at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    TupleExpression tuple;
    bool comma = false;
    while (!at(TokenKind::CloseParen)) {
        auto item = expression();
        if (!item)
            return item;
        tuple.items.push_back(std::move(*item));
        if (at(TokenKind::For))
            return wrong("Starlark has no generators; write a list comprehension `[… for … in …]`");
        comma = at(TokenKind::Comma);
        if (!comma)
            break;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
    }
    if (auto closed = expect(TokenKind::CloseParen, "or a comma"); !closed)
        return std::unexpected(std::move(closed.error()));
    // Parentheses around one value without a comma only group.
    if (tuple.items.size() == 1 && !comma)
        return std::move(tuple.items.front());
    return makeExpression(start, std::move(tuple));
}

Parsing::ExpressionOr Parsing::listOrComprehension() {
    const Position start = m_token.at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    ListExpression list{Expressions(m_program.nodes.get())};
    list.items.reserve(usualItems);
    while (!at(TokenKind::CloseBracket)) {
        auto item = expression();
        if (!item)
            return item;
        if (at(TokenKind::For) && list.items.empty()) {
            ComprehensionExpression result;
            result.value = std::move(*item);
            if (auto clauses = comprehension(result); !clauses)
                return std::unexpected(std::move(clauses.error()));
            if (auto closed = expect(TokenKind::CloseBracket, "behind the comprehension"); !closed)
                return std::unexpected(std::move(closed.error()));
            return makeExpression(start, std::move(result));
        }
        list.items.push_back(std::move(*item));
        if (!at(TokenKind::Comma))
            break;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
    }
    if (auto closed = expect(TokenKind::CloseBracket, "or a comma"); !closed)
        return std::unexpected(std::move(closed.error()));
    return makeExpression(start, std::move(list));
}

Parsing::ExpressionOr Parsing::dictOrComprehension() {
    const Position start = m_token.at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    DictExpression dict;
    while (!at(TokenKind::CloseBrace)) {
        auto key = expression();
        if (!key)
            return key;
        if (atAny({TokenKind::Comma, TokenKind::CloseBrace}))
            return wrong("`:` and a value are expected behind the key of a dict; Starlark has no sets");
        if (auto colon = expect(TokenKind::Colon, "behind the key of a dict"); !colon)
            return std::unexpected(std::move(colon.error()));
        auto value = expression();
        if (!value)
            return value;
        if (at(TokenKind::For) && dict.entries.empty()) {
            ComprehensionExpression result;
            result.key = std::move(*key);
            result.value = std::move(*value);
            if (auto clauses = comprehension(result); !clauses)
                return std::unexpected(std::move(clauses.error()));
            if (auto closed = expect(TokenKind::CloseBrace, "behind the comprehension"); !closed)
                return std::unexpected(std::move(closed.error()));
            return makeExpression(start, std::move(result));
        }
        dict.entries.push_back({std::move(*key), std::move(*value)});
        if (!at(TokenKind::Comma))
            break;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
    }
    if (auto closed = expect(TokenKind::CloseBrace, "or a comma"); !closed)
        return std::unexpected(std::move(closed.error()));
    return makeExpression(start, std::move(dict));
}

Parsing::Done Parsing::comprehension(ComprehensionExpression& result) {
    while (atAny({TokenKind::For, TokenKind::If})) {
        ComprehensionClause clause;
        const bool loop = at(TokenKind::For);
        if (auto stepped = step(); !stepped)
            return stepped;
        if (loop) {
            auto target = loopTarget();
            if (!target)
                return std::unexpected(std::move(target.error()));
            clause.target = std::move(*target);
            if (auto in = expect(TokenKind::In, "behind the variable of the comprehension"); !in)
                return in;
        }
        auto source = logic(Logic::Or); // no `x if y else z`: the `if` begins the next clause
        if (!source)
            return std::unexpected(std::move(source.error()));
        clause.source = std::move(*source);
        result.clauses.push_back(std::move(clause));
    }
    return {};
}

Parsing::ExpressionOr Parsing::loopTarget() {
    const Position start = m_token.at;
    TupleExpression tuple;
    for (;;) {
        auto target = suffixed(); // no operators: an `in` would be taken for one
        if (!target)
            return target;
        if (auto good = checkTarget(**target); !good)
            return std::unexpected(std::move(good.error()));
        if (!at(TokenKind::Comma) && tuple.items.empty())
            return target;
        tuple.items.push_back(std::move(*target));
        if (!at(TokenKind::Comma))
            return makeExpression(start, std::move(tuple));
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        if (at(TokenKind::In))
            return makeExpression(start, std::move(tuple));
    }
}

} // namespace exeat::rules
