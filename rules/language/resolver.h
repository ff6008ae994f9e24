#pragma once

#include "rules/language/ast.h"

#include <expected>
#include <span>
#include <string_view>

namespace exeat::rules {

/**
 * Gives every name its place, before anything runs: an undefined name is a fault even where it is never reached, as is
 * a `return`, `break`, `continue` or `load` where it may not stand. The first fault in the text is told. `builtins` are
 * the names that a file finds in place; Scope::Builtin counts in their order.
 */
std::expected<void, Fault> resolve(Program& program, std::span<const std::string_view> builtins);

} // namespace exeat::rules
