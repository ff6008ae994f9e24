#pragma once

#include "rules/language/ast.h"

#include <expected>
#include <string_view>

namespace exeat::rules {

/** A whole file. Names are not looked at yet: resolve() is next. `text` must be valid UTF-8. */
std::expected<Program, Fault> parseProgram(std::string_view text);

} // namespace exeat::rules
