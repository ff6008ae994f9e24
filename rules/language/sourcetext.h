#pragma once

#include "rules/language/fault.h"

#include <string>
#include <string_view>

namespace exeat::rules {

/** A line of the text, or of a long one what lies around a place in it, "…" where it was cut. */
struct Excerpt {
    std::string text;
    int column = 1; ///< of its first character
};
Excerpt excerptAt(std::string_view text, Position at);

/** Where the text stops being UTF-8. */
Position firstInvalid(std::string_view text);

} // namespace exeat::rules
