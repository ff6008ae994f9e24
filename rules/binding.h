#pragma once

#include "rules/literal.h"

#include <array>
#include <expected>
#include <span>
#include <string_view>
#include <vector>

namespace exeat::rules {

enum class Need { Required, Optional };

struct Parameter {
    std::string_view name;
    LiteralKind kind;
    Need need = Need::Optional;
    bool onlyByName = false;
};

/**
 * Which argument belongs to which parameter, each of the right type; null where an optional one was left out. The
 * pointers live as long as `call`.
 */
std::expected<std::vector<const Literal*>, Fault> bindArguments(const Call& call,
                                                                std::span<const Parameter> parameters);

} // namespace exeat::rules
