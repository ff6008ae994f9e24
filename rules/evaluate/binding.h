#pragma once

#include "rules/evaluate/native.h"
#include "rules/evaluate/objects.h"
#include "rules/evaluate/outcome.h"

#include <span>
#include <vector>

namespace exeat::rules {

class Evaluation;

/**
 * Puts the arguments of a call into the slots of the function's parameters: by place, by name, into `*` and `**`, and
 * the defaults into the rest. Raises at the argument that is missing, unknown, too much, or twice there.
 */
Raisable<void> bindFunction(Evaluation& evaluation, const FunctionObject& function,
                            std::span<const ArgumentValue> arguments, Position call, std::vector<Value>& slots);

} // namespace exeat::rules
