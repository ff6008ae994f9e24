#include "rules/language/parsing.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>

/** The part of the parser that reads what takes or makes parameters: def, lambda, types, calls, f-strings. */
namespace exeat::rules {

std::expected<Statement, Fault> Parsing::defStatement() {
    const Position start = m_token.at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    if (!at(TokenKind::Name))
        return unexpected("the name of the function");
    DefStatement def{std::make_unique<FunctionDefinition>(), {}};
    def.function->name = m_token.text;
    def.function->at = m_token.at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    if (auto open = expect(TokenKind::OpenParen, "behind the name of the function"); !open)
        return std::unexpected(std::move(open.error()));
    auto taken = parameters(TokenKind::CloseParen, Annotations::Allowed);
    if (!taken)
        return std::unexpected(std::move(taken.error()));
    def.function->parameters = std::move(*taken);
    if (auto close = expect(TokenKind::CloseParen, "or a comma"); !close)
        return std::unexpected(std::move(close.error()));
    if (at(TokenKind::Arrow)) {
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        auto type = annotation();
        if (!type)
            return std::unexpected(std::move(type.error()));
        def.function->returnType = std::move(*type);
    }
    if (auto body = block(def.function->body, "def"); !body)
        return std::unexpected(std::move(body.error()));
    return Statement{start, std::move(def)};
}

Parsing::ExpressionOr Parsing::lambda() {
    const Position start = m_token.at;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    auto function = std::make_unique<FunctionDefinition>();
    function->name = "lambda";
    function->at = start;
    auto taken = parameters(TokenKind::Colon, Annotations::None);
    if (!taken)
        return std::unexpected(std::move(taken.error()));
    function->parameters = std::move(*taken);
    if (auto colon = expect(TokenKind::Colon, "behind the parameters of a lambda"); !colon)
        return std::unexpected(std::move(colon.error()));
    const Position bodyStart = m_token.at;
    auto body = expression();
    if (!body)
        return body;
    function->body.push_back({bodyStart, ReturnStatement{std::move(*body)}});
    return makeExpression(start, LambdaExpression{std::move(function)});
}

std::expected<std::vector<Parameter>, Fault> Parsing::parameters(TokenKind closing, Annotations annotations) {
    std::vector<Parameter> result;
    bool onlyByName = false;
    bool bareStar = false;
    while (!at(closing)) {
        bareStar = at(TokenKind::Star);
        const Position start = m_token.at;
        auto one = parameter(annotations, onlyByName);
        if (!one)
            return std::unexpected(std::move(one.error()));
        bareStar = bareStar && one->name.empty();
        if (auto good = checkParameter(result, onlyByName, *one); !good)
            return std::unexpected(std::move(good.error()));
        onlyByName = onlyByName || one->kind == ParameterKind::Rest;
        if (bareStar && (at(closing) || at(TokenKind::End)))
            return wrong(start, "a `*` alone needs a parameter behind it that is given by name");
        if (!bareStar)
            result.push_back(std::move(*one));
        if (!at(TokenKind::Comma))
            break;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        if (bareStar && (at(closing) || at(TokenKind::StarStar)))
            return wrong(start, "a `*` alone needs a parameter behind it that is given by name");
    }
    return result;
}

std::expected<Parameter, Fault> Parsing::parameter(Annotations annotations, bool onlyByName) {
    Parameter result;
    result.at = m_token.at;
    result.kind = onlyByName ? ParameterKind::NamedOnly : ParameterKind::Positional;
    if (at(TokenKind::Slash))
        return wrong("Starlark has no `/` among parameters; leave it out");
    const bool star = at(TokenKind::Star);
    if (star || at(TokenKind::StarStar)) {
        result.kind = star ? ParameterKind::Rest : ParameterKind::NamedRest;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        if (star && !at(TokenKind::Name))
            return result;
    }
    if (!at(TokenKind::Name))
        return unexpected("the name of a parameter");
    result.name = std::move(m_token.text);
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    if (annotations == Annotations::Allowed && at(TokenKind::Colon)) {
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        auto type = annotation();
        if (!type)
            return std::unexpected(std::move(type.error()));
        result.annotation = std::move(*type);
    }
    const bool rest = result.kind == ParameterKind::Rest || result.kind == ParameterKind::NamedRest;
    if (!at(TokenKind::Assign) || rest)
        return result;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    auto fallback = expression();
    if (!fallback)
        return std::unexpected(std::move(fallback.error()));
    result.fallback = std::move(*fallback);
    return result;
}

Parsing::Done Parsing::checkParameter(const std::vector<Parameter>& before, bool onlyByName,
                                      const Parameter& parameter) const {
    if (before.size() >= limits::rulesParameters)
        return wrong(parameter.at, "a function takes at most " + std::to_string(limits::rulesParameters) +
                                       " parameters; pass a list or a dict");
    const bool same = std::any_of(before.begin(), before.end(), [&](const Parameter& earlier) {
        return !parameter.name.empty() && earlier.name == parameter.name;
    });
    if (same)
        return wrong(parameter.at, "the parameter `" + visible(parameter.name, 64) + "` is there already");
    if (!before.empty() && before.back().kind == ParameterKind::NamedRest)
        return wrong(parameter.at, "behind a `**` no parameter may follow");
    if (parameter.kind == ParameterKind::Rest && onlyByName)
        return wrong(parameter.at, "a function has at most one `*`");
    if (parameter.kind == ParameterKind::Positional && parameter.fallback == nullptr && !before.empty() &&
        before.back().fallback != nullptr)
        return wrong(parameter.at, "a parameter without a default value may not follow one that has it");
    return {};
}

Parsing::ExpressionOr Parsing::annotation() {
    auto type = expression();
    if (!type)
        return type;
    if (auto good = checkAnnotation(**type); !good)
        return std::unexpected(std::move(good.error()));
    return type;
}

Parsing::Done Parsing::checkAnnotation(const Expression& annotation) const {
    if (annotation.as<NameExpression>() != nullptr || annotation.as<EllipsisExpression>() != nullptr)
        return {};
    if (const auto* tuple = annotation.as<TupleExpression>()) {
        for (const auto& item : tuple->items) {
            if (auto good = checkAnnotation(*item); !good)
                return good;
        }
        return {};
    }
    if (const auto* index = annotation.as<IndexExpression>()) {
        if (auto good = checkAnnotation(*index->object); !good)
            return good;
        return checkAnnotation(*index->index);
    }
    if (const auto* either = annotation.as<BinaryExpression>()) {
        auto good = checkAnnotation(*either->first);
        for (const auto& operand : either->rest) {
            if (operand.op != BinaryOperator::Or)
                return wrong(annotation.at, "types are joined by `|` only");
            if (good)
                good = checkAnnotation(*operand.value);
        }
        return good;
    }
    return wrong(annotation.at, "this is not a type; write a name as `str`, `list[str]`, or several joined by `|`");
}

Parsing::ExpressionOr Parsing::call(ExpressionPtr callee) {
    const Position start = callee->at;
    CallExpression result{std::move(callee), std::pmr::vector<Argument>(m_program.nodes.get())};
    result.arguments.reserve(usualItems);
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    while (!at(TokenKind::CloseParen)) {
        if (result.arguments.size() >= limits::rulesArguments)
            return wrong("a call takes at most " + std::to_string(limits::rulesArguments) +
                         " arguments; pass a list, or `*` and a list");
        auto one = argument(result.arguments);
        if (!one)
            return std::unexpected(std::move(one.error()));
        result.arguments.push_back(std::move(*one));
        if (at(TokenKind::For))
            return wrong("Starlark has no generators; write a list comprehension `[… for … in …]`");
        if (!at(TokenKind::Comma))
            break;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
    }
    if (auto closed = expect(TokenKind::CloseParen, "or a comma"); !closed)
        return std::unexpected(std::move(closed.error()));
    return makeExpression(start, std::move(result));
}

std::expected<Argument, Fault> Parsing::argument(std::span<const Argument> before) {
    const Position start = m_token.at;
    Argument result{Passing::Positional, {}, start, nullptr};
    if (at(TokenKind::Star) || at(TokenKind::StarStar)) {
        result.passing = at(TokenKind::Star) ? Passing::List : Passing::Dict;
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
    }
    auto value = expression();
    if (!value)
        return std::unexpected(std::move(value.error()));
    const auto* name = (*value)->as<NameExpression>();
    if (result.passing == Passing::Positional && name != nullptr && at(TokenKind::Assign)) {
        result.passing = Passing::Named;
        result.name = std::move(std::get<NameExpression>((*value)->node).name);
        if (auto stepped = step(); !stepped)
            return std::unexpected(std::move(stepped.error()));
        value = expression();
        if (!value)
            return std::unexpected(std::move(value.error()));
    }
    result.value = std::move(*value);
    if (!before.empty() && result.passing < Passing::List && before.back().passing > result.passing)
        return wrong(start, result.passing == Passing::Positional
                                ? "an argument without a name may not follow one with a name, `*` or `**`"
                                : "an argument with a name may not follow `*` or `**`");
    if (!before.empty() && result.passing >= Passing::List && before.back().passing >= result.passing)
        return wrong(start, "a call takes at most one `*` and then at most one `**`");
    const bool again = std::any_of(before.begin(), before.end(), [&](const Argument& earlier) {
        return result.passing == Passing::Named && earlier.name == result.name;
    });
    if (again)
        return wrong(start, "the argument `" + visible(result.name, 64) + "` is given twice");
    return result;
}

Parsing::ExpressionOr Parsing::formatString() {
    const Token opening = m_token;
    FormatExpression result;
    for (;;) {
        auto text = m_lexer.formatText(opening);
        if (!text)
            return std::unexpected(std::move(text.error()));
        FormatPart part{std::move(text->text), nullptr, Conversion::Str};
        if (text->ended) {
            result.parts.push_back(std::move(part));
            break;
        }
        if (auto value = formatValue(part); !value)
            return std::unexpected(std::move(value.error()));
        result.parts.push_back(std::move(part));
    }
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    return makeExpression(opening.at, std::move(result));
}

Parsing::Done Parsing::formatValue(FormatPart& part) {
    if (auto stepped = step(); !stepped)
        return stepped;
    if (at(TokenKind::CloseBrace))
        return wrong("a value is expected between the braces of an f-string; for braces as text write `{{}}`");
    auto value = expression();
    if (!value)
        return std::unexpected(std::move(value.error()));
    part.value = std::move(*value);
    if (at(TokenKind::Bang)) {
        auto chosen = conversion();
        if (!chosen)
            return std::unexpected(std::move(chosen.error()));
        part.conversion = *chosen;
    }
    if (at(TokenKind::Colon))
        return wrong("an f-string of Starlark takes no format behind `:`; use the method format() or `%`");
    if (!at(TokenKind::CloseBrace))
        return unexpected("`}` behind the value in an f-string");
    return {}; // the lexer reads on as text, not as a token
}

std::expected<Conversion, Fault> Parsing::conversion() {
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    if (!at(TokenKind::Name) || (m_token.text != "r" && m_token.text != "s"))
        return unexpected("`r` or `s`, the conversion of an f-string,");
    const Conversion chosen = m_token.text == "r" ? Conversion::Repr : Conversion::Str;
    if (auto stepped = step(); !stepped)
        return std::unexpected(std::move(stepped.error()));
    return chosen;
}

} // namespace exeat::rules
