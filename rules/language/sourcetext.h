#pragma once

#include "rules/language/fault.h"

#include <string_view>

namespace exeat::rules {

/** A line of the text without its end, cut where it is too long to show; empty where there is none. */
std::string_view lineOf(std::string_view text, int line);

/** Where the text stops being UTF-8. */
Position firstInvalid(std::string_view text);

} // namespace exeat::rules
