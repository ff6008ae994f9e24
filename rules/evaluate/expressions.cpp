#include "rules/evaluate/compare.h"
#include "rules/evaluate/interpreter.h"
#include "rules/evaluate/iteration.h"
#include "rules/evaluate/methods.h"
#include "rules/evaluate/numbers.h"
#include "rules/evaluate/operators.h"
#include "rules/evaluate/text.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

/** The part of the interpreter that evaluates expressions, calls excepted. */
namespace exeat::rules {

Outcome Interpreter::evaluate(const Expression& expression) {
    setHere(expression.at);
    Level level(*this);
    if (auto good = level.check(); !good)
        return std::unexpected(good.error());
    if (auto spent = spend(); !spent)
        return std::unexpected(spent.error());
    return std::visit([&](const auto& node) { return valueOf(node, expression.at); }, expression.node);
}

Outcome Interpreter::evaluateOptional(const ExpressionPtr& expression) {
    return expression == nullptr ? Outcome(Value()) : evaluate(*expression);
}

Raisable<std::vector<Value>> Interpreter::evaluateAll(const Expressions& expressions) {
    std::vector<Value> values;
    values.reserve(expressions.size());
    for (const auto& expression : expressions) {
        const auto value = evaluate(*expression);
        if (!value)
            return std::unexpected(value.error());
        values.push_back(*value);
    }
    return values;
}

Outcome Interpreter::valueOf(const NameExpression& node, Position) {
    const Value value = *variable(node.binding);
    if (!value.isSet())
        return raise("`" + visible(node.name, 64) + "` is used before it is given a value");
    return value;
}

Outcome Interpreter::valueOf(const ConstantExpression& node, Position) {
    Value& value = m_constants[node.index];
    if (!value.isSet()) {
        const auto number = integerLiteral(*this, m_program.constants[node.index].text);
        if (!number)
            return number;
        value = *number;
    }
    return value;
}

Outcome Interpreter::valueOf(const EllipsisExpression&, Position) {
    return Value::ellipsis();
}

Outcome Interpreter::valueOf(const ListExpression& node, Position) {
    auto items = evaluateAll(node.items);
    return items ? Outcome(list(std::move(*items))) : std::unexpected(items.error());
}

Outcome Interpreter::valueOf(const TupleExpression& node, Position) {
    auto items = evaluateAll(node.items);
    return items ? Outcome(tuple(std::move(*items))) : std::unexpected(items.error());
}

Outcome Interpreter::valueOf(const DictExpression& node, Position) {
    auto& dict = make<DictObject>();
    for (const auto& entry : node.entries) {
        const auto key = evaluate(*entry.key);
        if (!key)
            return key;
        const auto value = evaluate(*entry.value);
        if (!value)
            return value;
        setHere(entry.key->at);
        const auto place = dict.entries.set(*this, *key, *value);
        if (!place)
            return std::unexpected(place.error());
        if (*place == Dict::Place::Known) {
            const auto shown = reprOf(*this, *key);
            if (!shown)
                return std::unexpected(shown.error());
            return raise("the key " + visible(*shown, 128) + " is in this dict already");
        }
    }
    return Value::of(&dict);
}

Outcome Interpreter::valueOf(const ComprehensionExpression& node, Position) {
    const Value result = node.key == nullptr ? list({}) : Value::of(&make<DictObject>());
    if (auto done = runClauses(node, 0, result); !done)
        return std::unexpected(done.error());
    return result;
}

Raisable<void> Interpreter::runClauses(const ComprehensionExpression& node, std::size_t clause, Value result) {
    Level level(*this);
    if (auto good = level.check(); !good)
        return good;
    if (clause == node.clauses.size()) {
        const auto key = evaluateOptional(node.key);
        if (!key)
            return std::unexpected(key.error());
        const auto value = evaluate(*node.value);
        if (!value)
            return std::unexpected(value.error());
        if (node.key == nullptr) {
            result.as<ListObject>().items.push_back(*value);
            count(sizeof(Value));
            return {};
        }
        setHere(node.key->at);
        const auto set = result.as<DictObject>().entries.set(*this, *key, *value);
        return set ? Raisable<void>() : std::unexpected(set.error());
    }
    const auto& [target, sourceExpression] = node.clauses[clause];
    const auto source = evaluate(*sourceExpression);
    if (!source)
        return std::unexpected(source.error());
    if (target == nullptr)
        return truth(*source) ? runClauses(node, clause + 1, result) : Raisable<void>();
    setHere(sourceExpression->at);
    auto iteration = Iteration::over(*this, *source);
    if (!iteration)
        return std::unexpected(iteration.error());
    for (;;) {
        setHere(sourceExpression->at);
        const auto item = iteration->next();
        if (!item)
            return std::unexpected(item.error());
        if (!item->isSet())
            return {};
        if (auto assigned = assign(*target, *item); !assigned)
            return assigned;
        if (auto done = runClauses(node, clause + 1, result); !done)
            return done;
    }
}

Outcome Interpreter::valueOf(const UnaryExpression& node, Position at) {
    const auto operand = evaluate(*node.operand);
    if (!operand)
        return operand;
    setHere(at);
    return apply(*this, node.op, *operand);
}

Outcome Interpreter::valueOf(const BinaryExpression& node, Position at) {
    auto result = evaluate(*node.first);
    for (const auto& operand : node.rest) {
        if (!result)
            return result;
        const auto right = evaluate(*operand.value);
        if (!right)
            return right;
        setHere(at);
        result = apply(*this, operand.op, *result, *right);
    }
    return result;
}

Outcome Interpreter::valueOf(const LogicExpression& node, Position) {
    Outcome value;
    for (const auto& operand : node.operands) {
        value = evaluate(*operand);
        if (!value || truth(*value) == (node.op == Logic::Or))
            return value;
    }
    return value;
}

Outcome Interpreter::valueOf(const ComparisonExpression& node, Position at) {
    const auto left = evaluate(*node.left);
    if (!left)
        return left;
    const auto right = evaluate(*node.right);
    if (!right)
        return right;
    setHere(at);
    const auto result = compare(*this, node.op, *left, *right);
    return result ? Outcome(Value::of(*result)) : std::unexpected(result.error());
}

Outcome Interpreter::valueOf(const ConditionalExpression& node, Position) {
    const auto condition = evaluate(*node.condition);
    if (!condition)
        return condition;
    return evaluate(truth(*condition) ? *node.then : *node.otherwise);
}

Outcome Interpreter::valueOf(const AttributeExpression& node, Position at) {
    const auto object = evaluate(*node.object);
    if (!object)
        return object;
    setHere(at);
    return attributeOf(*this, *object, node.name);
}

Outcome Interpreter::valueOf(const IndexExpression& node, Position at) {
    const auto object = evaluate(*node.object);
    if (!object)
        return object;
    const auto index = evaluate(*node.index);
    if (!index)
        return index;
    setHere(at);
    return elementAt(*this, *object, *index);
}

Outcome Interpreter::valueOf(const SliceExpression& node, Position at) {
    const auto object = evaluate(*node.object);
    if (!object)
        return object;
    const auto start = evaluateOptional(node.start);
    if (!start)
        return start;
    const auto stop = evaluateOptional(node.stop);
    if (!stop)
        return stop;
    const auto step = evaluateOptional(node.step);
    if (!step)
        return step;
    setHere(at);
    return sliceOf(*this, *object, *start, *stop, *step);
}

Outcome Interpreter::valueOf(const LambdaExpression& node, Position) {
    return makeFunction(*node.function);
}

Outcome Interpreter::valueOf(const FormatExpression& node, Position at) {
    TextBuilder text(*this);
    for (const auto& part : node.parts) {
        if (auto added = text.add(part.text); !added)
            return std::unexpected(added.error());
        if (part.value == nullptr)
            continue;
        const auto value = evaluate(*part.value);
        if (!value)
            return value;
        setHere(at);
        auto added = part.conversion == Conversion::Repr ? text.addRepr(*value) : text.addStr(*value);
        if (!added)
            return std::unexpected(added.error());
    }
    return string(text.take());
}

} // namespace exeat::rules
