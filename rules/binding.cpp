#include "rules/binding.h"

#include "shared/base/text.h"

#include <algorithm>

namespace exeat::rules {
namespace {

std::unexpected<Fault> wrong(Position at, std::string message) {
    return std::unexpected(Fault{at, std::move(message)});
}

} // namespace

std::expected<std::vector<const Literal*>, Fault> bindArguments(const Call& call,
                                                                std::span<const Parameter> parameters) {
    const std::string function(builtinName(call.builtin));
    std::vector<const Literal*> bound(parameters.size(), nullptr);
    const auto places = static_cast<std::size_t>(
        std::count_if(parameters.begin(), parameters.end(), [](const Parameter& p) { return !p.onlyByName; }));
    std::size_t place = 0;
    for (const auto& argument : call.arguments) {
        if (argument.name.empty()) {
            if (place == places)
                return wrong(argument.at,
                             function + " takes at most " + std::to_string(places) + " arguments without a name");
            bound[place++] = &argument.value;
            continue;
        }
        const auto found = std::find_if(parameters.begin(), parameters.end(),
                                        [&](const Parameter& p) { return p.name == argument.name; });
        if (found == parameters.end())
            return wrong(argument.at, function + " has no argument `" + visible(argument.name, 64) + "`");
        const Literal*& slot = bound[static_cast<std::size_t>(found - parameters.begin())];
        if (slot != nullptr)
            return wrong(argument.at, "the argument `" + argument.name + "` is given twice");
        slot = &argument.value;
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Parameter& parameter = parameters[i];
        if (bound[i] == nullptr && parameter.need == Need::Required)
            return wrong(call.at, function + " needs the argument `" + std::string(parameter.name) + "`");
        if (bound[i] != nullptr && bound[i]->kind != parameter.kind)
            return wrong(bound[i]->at, "`" + std::string(parameter.name) + "` must be a " +
                                           std::string(typeName(parameter.kind)) + ", not " +
                                           std::string(typeName(bound[i]->kind)));
    }
    return bound;
}

} // namespace exeat::rules
