#include "rules/evaluate/interpreter.h"
#include "rules/evaluate/text.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <array>

/** The part of the interpreter that knows what type annotations demand. */
namespace exeat::rules {
namespace {

struct NamedType {
    std::string_view name;
    Kind kind;
};

constexpr std::array<NamedType, 10> namedTypes{{
    {"bool", Kind::Bool},
    {"bytes", Kind::Bytes},
    {"dict", Kind::Dict},
    {"float", Kind::Float},
    {"int", Kind::Int},
    {"list", Kind::List},
    {"range", Kind::Range},
    {"str", Kind::String},
    {"tuple", Kind::Tuple},
    {"type", Kind::Function},
}};

Kind comparable(Kind kind) {
    switch (kind) {
    case Kind::BigInt:
        return Kind::Int;
    case Kind::Builtin:
    case Kind::Method:
        return Kind::Function;
    default:
        return kind;
    }
}

/** Pays a step for each item it looks at. */
Raisable<bool> matches(Evaluation& evaluation, const TypeRule& rule, Value value);

Raisable<bool> allMatch(Evaluation& evaluation, const TypeRule& rule, const std::vector<Value>& items) {
    if (rule.inside.empty() && !rule.fixed)
        return true;
    if (rule.fixed && items.size() != rule.inside.size())
        return false;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto good = matches(evaluation, rule.inside[rule.fixed ? i : 0], items[i]);
        if (!good || !*good)
            return good;
    }
    return true;
}

Raisable<bool> entriesMatch(Evaluation& evaluation, const TypeRule& rule, const Dict& dict) {
    if (rule.inside.empty())
        return true;
    for (const auto& entry : dict.entries()) {
        auto good = matches(evaluation, rule.inside[0], entry.key);
        if (good && *good)
            good = matches(evaluation, rule.inside[1], entry.value);
        if (!good || !*good)
            return good;
    }
    return true;
}

Raisable<bool> matches(Evaluation& evaluation, const TypeRule& rule, Value value) {
    if (auto spent = evaluation.spend(); !spent)
        return std::unexpected(spent.error());
    for (const auto& choice : rule.either) {
        const auto good = matches(evaluation, choice, value);
        if (!good || *good)
            return good;
    }
    if (!rule.either.empty())
        return false;
    if (rule.kind == Kind::Unset)
        return true;
    if (comparable(value.kind()) != rule.kind)
        return false;
    switch (value.kind()) {
    case Kind::List:
        return allMatch(evaluation, rule, value.as<ListObject>().items);
    case Kind::Tuple:
        return allMatch(evaluation, rule, value.as<TupleObject>().items);
    case Kind::Dict:
        return entriesMatch(evaluation, rule, value.as<DictObject>().entries);
    default:
        return true;
    }
}

std::string textOfAll(const std::vector<TypeRule>& rules, std::string_view between) {
    std::string text;
    for (const auto& rule : rules)
        text += (text.empty() ? "" : std::string(between)) + rule.text;
    return text;
}

} // namespace

Raisable<TypeRule> Interpreter::typeRule(const Expression& annotation) {
    if (auto spent = spend(); !spent)
        return std::unexpected(spent.error());
    TypeRule rule;
    if (const auto* tuple = annotation.as<TupleExpression>()) {
        for (const auto& item : tuple->items) {
            auto inner = typeRule(*item);
            if (!inner)
                return inner;
            rule.inside.push_back(std::move(*inner));
        }
        rule.kind = Kind::Tuple;
        rule.fixed = true;
        rule.text = "(" + textOfAll(rule.inside, ", ") + ")";
        return rule;
    }
    if (const auto* either = annotation.as<BinaryExpression>()) {
        auto first = typeRule(*either->first);
        if (!first)
            return first;
        rule.either.push_back(std::move(*first));
        for (const auto& operand : either->rest) {
            auto next = typeRule(*operand.value);
            if (!next)
                return next;
            rule.either.push_back(std::move(*next));
        }
        rule.text = textOfAll(rule.either, " | ");
        return rule;
    }
    if (const auto* index = annotation.as<IndexExpression>())
        return genericRule(*index, annotation.at);
    const auto value = evaluate(annotation);
    if (!value)
        return std::unexpected(value.error());
    rule.kind = value->kind();
    rule.text = "None";
    if (value->is(Kind::None))
        return rule;
    const auto found = std::find_if(namedTypes.begin(), namedTypes.end(), [&](const NamedType& type) {
        return value->is(Kind::Builtin) && value->as<BuiltinObject>().native.name == type.name;
    });
    if (found == namedTypes.end())
        return raise("this is not a type; types are bool, bytes, dict, float, int, list, range, str, tuple and None");
    rule.kind = found->kind;
    rule.text = found->name;
    return rule;
}

Raisable<TypeRule> Interpreter::genericRule(const IndexExpression& node, Position at) {
    auto rule = typeRule(*node.object);
    if (!rule)
        return rule;
    std::vector<const Expression*> parts{node.index.get()};
    if (const auto* several = node.index->as<TupleExpression>()) {
        parts.clear();
        for (const auto& item : several->items)
            parts.push_back(item.get());
    }
    const bool anyLength =
        rule->kind == Kind::Tuple && parts.size() == 2 && parts[1]->as<EllipsisExpression>() != nullptr;
    const bool good = (rule->kind == Kind::List && parts.size() == 1) ||
                      (rule->kind == Kind::Dict && parts.size() == 2) || rule->kind == Kind::Tuple;
    if (!good || !rule->inside.empty())
        return raiseAt(at, "this is not a type; write `list[T]`, `dict[K, V]`, `tuple[T, ...]` or `tuple[A, B]`");
    rule->fixed = rule->kind == Kind::Tuple && !anyLength;
    if (anyLength)
        parts.pop_back();
    for (const auto* part : parts) {
        auto inner = typeRule(*part);
        if (!inner)
            return inner;
        rule->inside.push_back(std::move(*inner));
    }
    rule->text += "[" + textOfAll(rule->inside, ", ") + (anyLength ? ", ...]" : "]");
    return rule;
}

Raisable<void> Interpreter::checkType(const TypeRule& rule, Value value, std::string_view what) {
    const auto good = matches(*this, rule, value);
    if (!good)
        return std::unexpected(good.error());
    if (*good)
        return {};
    const auto shown = reprOf(*this, value);
    if (!shown)
        return std::unexpected(shown.error());
    return raise(std::string(what) + " must be " + visible(rule.text, 256) + ", not the " + std::string(value.type()) +
                 " " + visible(*shown, 256));
}

} // namespace exeat::rules
