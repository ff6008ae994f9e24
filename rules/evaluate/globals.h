#pragma once

#include "rules/evaluate/native.h"

#include <vector>

namespace exeat::rules {

/** What every file finds in place beside the rules' own builtins (codex.md §1.2), None, True and False included. */
const std::vector<Native>& standardGlobals();

/** The part of them that walks over many values: all, any, enumerate, max, min, reversed, sorted, zip. */
std::vector<Native> sequenceFunctions();

/** The part of them that makes values of a type: bool, bytes, dict, float, int, list, range, str, tuple. */
std::vector<Native> typeFunctions();

} // namespace exeat::rules
