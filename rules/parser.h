#pragma once

#include "rules/literal.h"

#include <expected>
#include <string_view>
#include <vector>

namespace exeat::rules {

/** All calls of a file in their order; nothing is run or checked yet. `text` must be valid UTF-8. */
std::expected<std::vector<Call>, Fault> parseCalls(std::string_view text);

} // namespace exeat::rules
