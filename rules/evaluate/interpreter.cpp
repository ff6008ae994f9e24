#include "rules/evaluate/interpreter.h"

#include "rules/evaluate/compare.h"
#include "rules/evaluate/iteration.h"
#include "rules/evaluate/numbers.h"
#include "rules/evaluate/operators.h"
#include "shared/base/text.h"

#include <utility>

namespace exeat::rules {

Interpreter::Interpreter(Program& program, std::span<const Native> builtins, std::size_t mostSteps)
    : Evaluation(mostSteps), m_program(program) {
    for (const auto& native : builtins) {
        // The three values among the builtins have no parameters to be called with.
        if (native.name == "None")
            m_builtins.push_back(Value::none());
        else if (native.name == "True" || native.name == "False")
            m_builtins.push_back(Value::of(native.name == "True"));
        else
            m_builtins.push_back(Value::of(&make<BuiltinObject>(native)));
    }
}

Raisable<void> Interpreter::run() {
    m_constants.reserve(m_program.constants.size());
    for (auto& constant : m_program.constants) {
        switch (constant.kind) {
        case ConstantKind::String:
            m_constants.push_back(string(std::move(constant.text)));
            break;
        case ConstantKind::Bytes:
            m_constants.push_back(bytes(std::move(constant.text)));
            break;
        case ConstantKind::Float:
            m_constants.push_back(floatLiteral(constant.text));
            break;
        case ConstantKind::Int:
            m_constants.emplace_back(); // made at its place in the text, where a fault can be told
            break;
        }
    }
    m_globals.resize(m_program.globals.size());
    m_active.slots.resize(m_program.frame.slotCount);
    for (const auto slot : m_program.frame.cells)
        m_active.slots[slot] = Value::of(&make<CellObject>());
    const auto went = runBlock(m_program.body);
    return went ? Raisable<void>() : std::unexpected(went.error());
}

Interpreter::Went Interpreter::runBlock(const Block& block) {
    Level level(*this);
    if (auto good = level.check(); !good)
        return std::unexpected(good.error());
    for (const auto& statement : block) {
        setHere(statement.at);
        if (auto spent = spend(); !spent)
            return std::unexpected(spent.error());
        const auto went =
            std::visit([&](const auto& node) { return runStatement(node, statement.at); }, statement.node);
        if (!went || *went != Flow::Next)
            return went;
    }
    return Flow::Next;
}

Interpreter::Went Interpreter::runStatement(const ExpressionStatement& node, Position) {
    const auto value = evaluate(*node.value);
    return value ? Went(Flow::Next) : std::unexpected(value.error());
}

Interpreter::Went Interpreter::runStatement(const AssignStatement& node, Position) {
    const auto value = evaluate(*node.value);
    if (!value)
        return std::unexpected(value.error());
    if (node.annotation != nullptr) {
        const auto rule = typeRule(*node.annotation);
        if (!rule)
            return std::unexpected(rule.error());
        setHere(node.annotation->at);
        if (auto good = checkType(*rule, *value, "the variable"); !good)
            return std::unexpected(good.error());
    }
    const auto assigned = assign(*node.target, *value);
    return assigned ? Went(Flow::Next) : std::unexpected(assigned.error());
}

Interpreter::Went Interpreter::runStatement(const AugmentedStatement& node, Position at) {
    // An element's object and index are evaluated once: d[f()] += 1.
    Value object;
    Value index;
    Outcome before;
    if (const auto* element = node.target->as<IndexExpression>()) {
        const auto container = evaluate(*element->object);
        if (!container)
            return std::unexpected(container.error());
        const auto place = evaluate(*element->index);
        if (!place)
            return std::unexpected(place.error());
        object = *container;
        index = *place;
        setHere(at);
        before = elementAt(*this, object, index);
    } else {
        before = evaluate(*node.target);
    }
    if (!before)
        return std::unexpected(before.error());
    const auto operand = evaluate(*node.value);
    if (!operand)
        return std::unexpected(operand.error());
    setHere(at);
    const auto after = applyInPlace(*this, node.op, *before, *operand);
    if (!after)
        return std::unexpected(after.error());
    const auto stored = object.isSet() ? setElement(*this, object, index, *after) : assign(*node.target, *after);
    return stored ? Went(Flow::Next) : std::unexpected(stored.error());
}

Interpreter::Went Interpreter::runStatement(const IfStatement& node, Position) {
    for (const auto& branch : node.branches) {
        if (branch.condition == nullptr)
            return runBlock(branch.body);
        const auto condition = evaluate(*branch.condition);
        if (!condition)
            return std::unexpected(condition.error());
        if (truth(*condition))
            return runBlock(branch.body);
    }
    return Flow::Next;
}

Interpreter::Went Interpreter::runStatement(const ForStatement& node, Position) {
    const auto source = evaluate(*node.source);
    if (!source)
        return std::unexpected(source.error());
    setHere(node.source->at);
    auto iteration = Iteration::over(*this, *source);
    if (!iteration)
        return std::unexpected(iteration.error());
    for (;;) {
        setHere(node.source->at);
        const auto item = iteration->next();
        if (!item)
            return std::unexpected(item.error());
        if (!item->isSet())
            return Flow::Next;
        if (auto assigned = assign(*node.target, *item); !assigned)
            return std::unexpected(assigned.error());
        const auto went = runBlock(node.body);
        if (!went || *went == Flow::Return)
            return went;
        if (*went == Flow::Break)
            return Flow::Next;
    }
}

Interpreter::Went Interpreter::runStatement(const DefStatement& node, Position) {
    const auto function = makeFunction(*node.function);
    if (!function)
        return std::unexpected(function.error());
    store(node.binding, *function);
    return Flow::Next;
}

Interpreter::Went Interpreter::runStatement(const ReturnStatement& node, Position at) {
    const auto value = node.value == nullptr ? Outcome(Value::none()) : evaluate(*node.value);
    if (!value)
        return std::unexpected(value.error());
    if (const auto& type = m_active.function->returnType) {
        setHere(at);
        if (auto good = checkType(*type, *value, "what the function returns"); !good)
            return std::unexpected(good.error());
    }
    m_active.returned = *value;
    return Flow::Return;
}

Interpreter::Went Interpreter::runStatement(const BreakStatement&, Position) {
    return Flow::Break;
}
Interpreter::Went Interpreter::runStatement(const ContinueStatement&, Position) {
    return Flow::Continue;
}
Interpreter::Went Interpreter::runStatement(const PassStatement&, Position) {
    return Flow::Next;
}

Interpreter::Went Interpreter::runStatement(const LoadStatement& node, Position) {
    return raise("`" + visible(node.module, 128) +
                 "` cannot be loaded: every rules file stands alone; copy what you need from it");
}

Value* Interpreter::variable(const Binding& binding) {
    switch (binding.scope) {
    case Scope::Builtin:
        return &m_builtins[binding.slot];
    case Scope::Module:
        return &m_globals[binding.slot];
    case Scope::Captured:
        return &m_active.function->captured[binding.slot]->value;
    case Scope::Local:
        break;
    }
    Value& slot = m_active.slots[binding.slot];
    return slot.is(Kind::Cell) ? &slot.as<CellObject>().value : &slot;
}

void Interpreter::store(const Binding& binding, Value value) {
    *variable(binding) = value;
}

Raisable<void> Interpreter::assign(const Expression& target, Value value) {
    if (const auto* name = target.as<NameExpression>()) {
        store(name->binding, value);
        return {};
    }
    if (const auto* tuple = target.as<TupleExpression>())
        return assignEach(tuple->items, value, target.at);
    if (const auto* list = target.as<ListExpression>())
        return assignEach(list->items, value, target.at);
    if (const auto* element = target.as<IndexExpression>()) {
        const auto object = evaluate(*element->object);
        if (!object)
            return std::unexpected(object.error());
        const auto index = evaluate(*element->index);
        if (!index)
            return std::unexpected(index.error());
        setHere(target.at);
        return setElement(*this, *object, *index, value);
    }
    const auto& attribute = std::get<AttributeExpression>(target.node);
    const auto object = evaluate(*attribute.object);
    if (!object)
        return std::unexpected(object.error());
    setHere(target.at);
    return raise("the attributes of " + withArticle(object->type()) + " cannot be set");
}

Raisable<void> Interpreter::assignEach(const Expressions& targets, Value value, Position at) {
    setHere(at);
    const auto items = itemsOf(*this, value);
    if (!items)
        return std::unexpected(items.error());
    if (items->size() != targets.size())
        return raise("there are " + std::to_string(items->size()) + " values for " + std::to_string(targets.size()) +
                     " variables");
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (auto assigned = assign(*targets[i], (*items)[i]); !assigned)
            return assigned;
    }
    return {};
}

} // namespace exeat::rules
