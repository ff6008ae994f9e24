#pragma once

#include <cstddef>
#include <string_view>

namespace exeat::rules {

/**
 * Parts of the longest dotted key of a TOML text (`a.b."c"` has three), keys in headers and inline tables included.
 * Each part is a table in a table, and toml++ 3.3 bounds neither their number nor the recursion that destroys them.
 */
std::size_t longestKey(std::string_view toml);

} // namespace exeat::rules
