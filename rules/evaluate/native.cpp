#include "rules/evaluate/native.h"

#include "rules/evaluate/evaluation.h"
#include "rules/language/suggestion.h"
#include "shared/base/text.h"

#include <algorithm>

namespace exeat::rules {
namespace {

/** "a string or a list"; int once, though it has two kinds. */
std::string inWords(const Types& wanted) {
    std::vector<std::string_view> names;
    for (auto kind = static_cast<unsigned>(Kind::None); kind <= static_cast<unsigned>(Kind::Method); ++kind) {
        const auto name = typeName(static_cast<Kind>(kind));
        if (wanted.has(static_cast<Kind>(kind)) && std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    }
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string_view article = names[i] == "NoneType" ? "" : names[i] == "int" ? "an " : "a ";
        text += (i == 0                  ? ""
                 : i + 1 == names.size() ? " or "
                                         : ", ") +
                std::string(article) + (names[i] == "NoneType" ? "None" : std::string(names[i]));
    }
    return text;
}

Position positionOfValue(const Argument* origin, Position call) {
    return origin == nullptr ? call : origin->value->at;
}

Position positionOfArgument(const Argument* origin, Position call) {
    return origin == nullptr ? call : origin->at;
}

class Binder {
public:
    Binder(Evaluation& evaluation, const Native& native, Value receiver, Position at)
        : m_evaluation(evaluation), m_native(native) {
        m_call.receiver = receiver;
        m_call.at = at;
        m_call.values.resize(native.parameters.size());
        m_call.origins.resize(native.parameters.size());
    }

    Raisable<NativeCall> bind(std::span<const ArgumentValue> arguments) {
        for (const auto& argument : arguments) {
            auto bound = argument.name.empty() ? byPlace(argument) : byName(argument);
            if (!bound)
                return std::unexpected(bound.error());
        }
        if (auto good = check(); !good)
            return std::unexpected(good.error());
        return std::move(m_call);
    }

private:
    std::unexpected<Raised> wrong(Position at, std::string message) {
        return m_evaluation.raiseAt(at, std::string(m_native.name) + ' ' + std::move(message));
    }

    std::size_t places() const {
        return static_cast<std::size_t>(
            std::count_if(m_native.parameters.begin(), m_native.parameters.end(),
                          [](const NativeParameter& parameter) { return parameter.byName != ByName::Only; }));
    }

    Raisable<void> byPlace(const ArgumentValue& argument) {
        if (m_place < places()) {
            m_call.values[m_place] = argument.value;
            m_call.origins[m_place] = argument.origin;
            ++m_place;
            return {};
        }
        if (m_native.rest == Rest::None) {
            if (places() == 0)
                return wrong(positionOfArgument(argument.origin, m_call.at), "takes no arguments without a name");
            return wrong(positionOfArgument(argument.origin, m_call.at), "takes at most " + std::to_string(places()) +
                                                                             " argument" + (places() == 1 ? "" : "s") +
                                                                             " without a name");
        }
        m_call.rest.push_back(argument.value);
        return {};
    }

    Raisable<void> byName(const ArgumentValue& argument) {
        const auto found =
            std::find_if(m_native.parameters.begin(), m_native.parameters.end(), [&](const NativeParameter& parameter) {
                return parameter.byName != ByName::Never && parameter.name == argument.name;
            });
        const Position at = positionOfArgument(argument.origin, m_call.at);
        if (found == m_native.parameters.end()) {
            if (m_native.rest == Rest::Named) {
                m_call.named.push_back(argument);
                return {};
            }
            return wrong(at, "has no argument `" + visible(argument.name, 64) + "`" +
                                 similarParameter(m_native, argument.name));
        }
        const auto index = static_cast<std::size_t>(found - m_native.parameters.begin());
        if (m_call.values[index].isSet())
            return m_evaluation.raiseAt(at, "the argument `" + std::string(found->name) + "` is given twice");
        m_call.values[index] = argument.value;
        m_call.origins[index] = argument.origin;
        return {};
    }

    Raisable<void> check() {
        for (std::size_t i = 0; i < m_native.parameters.size(); ++i) {
            const NativeParameter& parameter = m_native.parameters[i];
            const Value value = m_call.values[i];
            if (!value.isSet() && parameter.need == Need::Required)
                return wrong(m_call.at, "needs the argument `" + std::string(parameter.name) + "`");
            if (value.isSet() && !parameter.types.has(value.kind()))
                return m_evaluation.raiseAt(positionOfValue(m_call.origins[i], m_call.at),
                                            "`" + std::string(parameter.name) + "` must be " +
                                                inWords(parameter.types) + ", not " + std::string(value.type()));
        }
        return {};
    }

    Evaluation& m_evaluation;
    const Native& m_native;
    NativeCall m_call;
    std::size_t m_place = 0;
};

} // namespace

Position NativeCall::position(std::size_t parameter, std::span<const std::size_t> path) const {
    return origins[parameter] == nullptr ? at : positionOf(*origins[parameter]->value, path);
}

std::string similarParameter(const Native& native, std::string_view wrong) {
    std::vector<std::string_view> names;
    for (const auto& parameter : native.parameters) {
        if (parameter.byName != ByName::Never)
            names.push_back(parameter.name);
    }
    return didYouMean(wrong, names);
}

Raisable<NativeCall> bindNative(Evaluation& evaluation, const Native& native, Value receiver,
                                std::span<const ArgumentValue> arguments, Position at) {
    return Binder(evaluation, native, receiver, at).bind(arguments);
}

} // namespace exeat::rules
