#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace exeat {

/** More than any text here: arguments are bounded by the kernel, frames by limits.h. */
inline constexpr std::size_t wholeText = std::numeric_limits<std::size_t>::max() / 4;

/** How much of a value a person is shown. */
enum class FieldExtent {
    Whole,  ///< what is decided about: nobody may approve what they could not see
    Excerpt ///< what merely explains: "(in part)" stands with the name of a long one
};

/**
 * Lines "  name        value" of at most `width` columns each; empty for an empty value. The value is made visible. It
 * is broken here, not by the terminal, and goes on behind a mark of ours, so that no line of an agent's text can be
 * taken for a line of Exeat.
 */
std::string fieldText(std::string_view name, std::string_view value, std::size_t width,
                      FieldExtent extent = FieldExtent::Whole);

/** One field with a line for each value. */
std::string fieldText(std::string_view name, const std::vector<std::string>& values, std::size_t width);

} // namespace exeat
