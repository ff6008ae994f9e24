#include "rules/evaluate/binding.h"

#include "rules/evaluate/evaluation.h"
#include "rules/language/suggestion.h"
#include "shared/base/text.h"

#include <algorithm>

namespace exeat::rules {
namespace {

class FunctionBinder {
public:
    FunctionBinder(Evaluation& evaluation, const FunctionObject& function, Position call, std::vector<Value>& slots)
        : m_evaluation(evaluation), m_function(function), m_parameters(function.definition.parameters), m_call(call),
          m_slots(slots) {}

    Raisable<void> bind(std::span<const ArgumentValue> arguments) {
        for (const auto& argument : arguments) {
            auto bound = argument.name.empty() ? byPlace(argument) : byName(argument);
            if (!bound)
                return bound;
        }
        return finish();
    }

private:
    std::unexpected<Raised> wrong(const ArgumentValue& argument, std::string message) {
        return m_evaluation.raiseAt(argument.origin == nullptr ? m_call : argument.origin->at, std::move(message));
    }
    std::string name() const { return visible(m_function.definition.name, 64); }

    std::size_t indexOf(ParameterKind kind) const {
        const auto found = std::find_if(m_parameters.begin(), m_parameters.end(),
                                        [&](const Parameter& parameter) { return parameter.kind == kind; });
        return static_cast<std::size_t>(found - m_parameters.begin());
    }

    Raisable<void> byPlace(const ArgumentValue& argument) {
        if (m_place < m_parameters.size() && m_parameters[m_place].kind == ParameterKind::Positional) {
            m_slots[m_place++] = argument.value;
            return {};
        }
        if (indexOf(ParameterKind::Rest) == m_parameters.size())
            return wrong(argument, name() + " takes at most " + std::to_string(m_place) + " argument" +
                                       (m_place == 1 ? "" : "s") + " without a name");
        m_rest.push_back(argument.value);
        return {};
    }

    Raisable<void> byName(const ArgumentValue& argument) {
        const auto found = std::find_if(m_parameters.begin(), m_parameters.end(), [&](const Parameter& parameter) {
            return parameter.kind <= ParameterKind::NamedOnly && parameter.name == argument.name;
        });
        if (found == m_parameters.end())
            return intoNamedRest(argument);
        Value& slot = m_slots[static_cast<std::size_t>(found - m_parameters.begin())];
        if (slot.isSet())
            return givenTwice(argument);
        slot = argument.value;
        return {};
    }

    std::unexpected<Raised> givenTwice(const ArgumentValue& argument) {
        return wrong(argument, "the argument `" + visible(argument.name, 64) + "` is given twice");
    }

    Raisable<void> intoNamedRest(const ArgumentValue& argument) {
        if (indexOf(ParameterKind::NamedRest) == m_parameters.size()) {
            std::vector<std::string_view> names;
            for (const auto& parameter : m_parameters)
                names.push_back(parameter.name);
            return wrong(argument, name() + " has no argument `" + visible(argument.name, 64) + "`" +
                                       didYouMean(argument.name, names));
        }
        if (m_named == nullptr)
            m_named = &m_evaluation.make<DictObject>();
        const auto place =
            m_named->entries.set(m_evaluation, m_evaluation.string(std::string(argument.name)), argument.value);
        if (!place)
            return std::unexpected(place.error());
        return *place == Dict::Place::Known ? Raisable<void>(givenTwice(argument)) : Raisable<void>();
    }

    Raisable<void> finish() {
        for (std::size_t i = 0; i < m_parameters.size(); ++i) {
            const Parameter& parameter = m_parameters[i];
            if (parameter.kind == ParameterKind::Rest)
                m_slots[i] = m_evaluation.tuple(std::move(m_rest));
            else if (parameter.kind == ParameterKind::NamedRest)
                m_slots[i] = Value::of(m_named == nullptr ? &m_evaluation.make<DictObject>() : m_named);
            else if (!m_slots[i].isSet())
                m_slots[i] = m_function.fallbacks[i];
            if (!m_slots[i].isSet())
                return m_evaluation.raiseAt(m_call,
                                            name() + " needs the argument `" + visible(parameter.name, 64) + "`");
        }
        return {};
    }

    Evaluation& m_evaluation;
    const FunctionObject& m_function;
    const std::vector<Parameter>& m_parameters;
    Position m_call;
    std::vector<Value>& m_slots;
    std::size_t m_place = 0;
    std::vector<Value> m_rest;
    DictObject* m_named = nullptr;
};

} // namespace

Raisable<void> bindFunction(Evaluation& evaluation, const FunctionObject& function,
                            std::span<const ArgumentValue> arguments, Position call, std::vector<Value>& slots) {
    return FunctionBinder(evaluation, function, call, slots).bind(arguments);
}

} // namespace exeat::rules
