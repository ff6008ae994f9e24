#include "rules/evaluate/binding.h"
#include "rules/evaluate/interpreter.h"
#include "rules/evaluate/iteration.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <utility>

/** The part of the interpreter that makes functions and calls what can be called. */
namespace exeat::rules {

Outcome Interpreter::makeFunction(const FunctionDefinition& definition) {
    auto& function = make<FunctionObject>(definition);
    if (auto taken = takeParameters(definition, function); !taken)
        return std::unexpected(taken.error());
    for (const auto& capture : definition.captures)
        function.captured.push_back(capture.from == Scope::Local ? &m_active.slots[capture.slot].as<CellObject>()
                                                                 : m_active.function->captured[capture.slot]);
    count(definition.parameters.size() * (sizeof(Value) + sizeof(std::optional<TypeRule>)) +
          function.captured.size() * sizeof(CellObject*));
    return Value::of(&function);
}

Raisable<void> Interpreter::takeParameters(const FunctionDefinition& definition, FunctionObject& function) {
    for (const auto& parameter : definition.parameters) {
        const auto fallback = evaluateOptional(parameter.fallback);
        if (!fallback)
            return std::unexpected(fallback.error());
        function.fallbacks.push_back(*fallback);
        function.types.emplace_back();
        if (parameter.annotation == nullptr)
            continue;
        auto rule = typeRule(*parameter.annotation);
        if (!rule)
            return std::unexpected(rule.error());
        setHere(parameter.at);
        if (fallback->isSet()) {
            if (auto good = checkType(*rule, *fallback, "the default of `" + visible(parameter.name, 64) + "`"); !good)
                return good;
        }
        function.types.back() = std::move(*rule);
    }
    if (definition.returnType == nullptr)
        return {};
    auto rule = typeRule(*definition.returnType);
    if (!rule)
        return std::unexpected(rule.error());
    function.returnType = std::move(*rule);
    return {};
}

Outcome Interpreter::valueOf(const CallExpression& node, Position at) {
    const auto callee = evaluate(*node.callee);
    if (!callee)
        return callee;
    const auto arguments = evaluateArguments(node, at);
    if (!arguments)
        return std::unexpected(arguments.error());
    setHere(at);
    return invoke(*callee, *arguments, at);
}

Raisable<std::vector<ArgumentValue>> Interpreter::evaluateArguments(const CallExpression& node, Position at) {
    std::vector<ArgumentValue> arguments;
    arguments.reserve(node.arguments.size());
    Value spread; // comes behind the arguments by place, though names may stand before it in the text
    std::size_t places = 0;
    for (const auto& argument : node.arguments) {
        const auto value = evaluate(*argument.value);
        if (!value)
            return std::unexpected(value.error());
        setHere(at);
        if (argument.passing == Passing::List) {
            spread = *value;
        } else if (argument.passing == Passing::Dict) {
            if (auto done = spreadDict(*value, arguments); !done)
                return std::unexpected(done.error());
        } else {
            arguments.push_back({argument.name, *value, &argument});
            places += argument.passing == Passing::Positional ? 1 : 0;
        }
    }
    if (!spread.isSet())
        return arguments;
    std::vector<ArgumentValue> behind(arguments.begin() + static_cast<std::ptrdiff_t>(places), arguments.end());
    arguments.resize(places);
    if (auto done = spreadList(spread, arguments); !done)
        return std::unexpected(done.error());
    arguments.insert(arguments.end(), behind.begin(), behind.end());
    return arguments;
}

Raisable<void> Interpreter::spreadList(Value list, std::vector<ArgumentValue>& arguments) {
    const auto items = itemsOf(*this, list);
    if (!items)
        return std::unexpected(items.error());
    if (auto room = reserve(items->size() * sizeof(ArgumentValue)); !room)
        return room;
    for (const Value item : *items)
        arguments.push_back({{}, item, nullptr});
    return {};
}

Raisable<void> Interpreter::spreadDict(Value dict, std::vector<ArgumentValue>& arguments) {
    if (!dict.is(Kind::Dict))
        return raise("behind `**` stands a dict, not " + withArticle(dict.type()));
    const auto& entries = dict.as<DictObject>().entries.entries();
    if (entries.size() > limits::rulesArguments)
        return raise("a call takes at most " + std::to_string(limits::rulesArguments) + " arguments with a name");
    for (const auto& entry : entries) {
        if (!entry.key.is(Kind::String))
            return raise("the names of arguments are strings, but a key of the dict behind `**` is " +
                         withArticle(entry.key.type()));
        arguments.push_back({entry.key.as<StringObject>().text, entry.value, nullptr});
    }
    return {};
}

Outcome Interpreter::call(Value callee, std::span<const Value> arguments) {
    const Position at = here();
    std::vector<ArgumentValue> values;
    for (const Value argument : arguments)
        values.push_back({{}, argument, nullptr});
    const auto result = invoke(callee, values, at);
    setHere(at);
    return result;
}

Outcome Interpreter::invoke(Value callee, std::span<const ArgumentValue> arguments, Position at) {
    const Native* native = nullptr;
    Value receiver;
    switch (callee.kind()) {
    case Kind::Function:
        return invokeFunction(callee.as<FunctionObject>(), arguments, at);
    case Kind::Builtin:
        native = &callee.as<BuiltinObject>().native;
        break;
    case Kind::Method:
        native = &callee.as<MethodObject>().native;
        receiver = callee.as<MethodObject>().receiver;
        break;
    default:
        return raise(withArticle(callee.type()) + " cannot be called");
    }
    Level level(*this);
    if (auto good = level.check(); !good)
        return std::unexpected(good.error());
    const auto bound = bindNative(*this, *native, receiver, arguments, at);
    if (!bound)
        return std::unexpected(bound.error());
    setHere(at);
    return native->run(*this, *bound);
}

Outcome Interpreter::invokeFunction(const FunctionObject& function, std::span<const ArgumentValue> arguments,
                                    Position at) {
    if (m_callers.size() >= limits::rulesCalls)
        return raise("functions call each other deeper than " + std::to_string(limits::rulesCalls) + " calls");
    const FunctionDefinition& definition = function.definition;
    if (auto room = reserve(definition.frame.slotCount * sizeof(Value)); !room)
        return std::unexpected(room.error());
    Activation activation{std::vector<Value>(definition.frame.slotCount), &function, Value::none()};
    if (auto bound = bindFunction(*this, function, arguments, at, activation.slots); !bound)
        return std::unexpected(bound.error());
    setHere(at);
    for (std::size_t i = 0; i < definition.parameters.size(); ++i) {
        if (!function.types[i])
            continue;
        const std::string what = "the argument `" + visible(definition.parameters[i].name, 64) + "`";
        if (auto good = checkType(*function.types[i], activation.slots[i], what); !good)
            return std::unexpected(good.error());
    }
    for (const auto slot : definition.frame.cells) {
        auto& cell = make<CellObject>();
        cell.value = std::exchange(activation.slots[slot], Value::of(&cell));
    }
    return runFunction(function, std::move(activation), at);
}

Outcome Interpreter::runFunction(const FunctionObject& function, Activation activation, Position at) {
    const std::size_t bytes = activation.slots.size() * sizeof(Value);
    count(bytes);
    std::swap(m_active, activation);
    m_callers.push_back({visible(function.definition.name, 64), at});
    const auto went = runBlock(function.definition.body);
    m_callers.pop_back();
    std::swap(m_active, activation);
    giveBack(bytes);
    if (!went)
        return std::unexpected(went.error());
    setHere(at);
    if (*went != Flow::Return && function.returnType) {
        if (auto good = checkType(*function.returnType, Value::none(), "what the function returns"); !good)
            return std::unexpected(good.error());
    }
    return activation.returned;
}

} // namespace exeat::rules
