#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exeat::rules {

/** "; did you mean `prefix_rule`?" for the candidate that `wrong` looks like, or nothing. Deterministic. */
std::string didYouMean(std::string_view wrong, std::span<const std::string_view> candidates);

} // namespace exeat::rules
