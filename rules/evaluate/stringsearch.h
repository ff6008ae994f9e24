#pragma once

#include "rules/evaluate/native.h"

#include <vector>

namespace exeat::rules {

/** The methods of strings that look for a part of the text: find, count, split, replace, and their kin. */
std::vector<Native> searchMethods();

} // namespace exeat::rules
