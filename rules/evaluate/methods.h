#pragma once

#include "rules/evaluate/native.h"
#include "rules/evaluate/outcome.h"

#include <string_view>
#include <vector>

namespace exeat::rules {

class Evaluation;

/** By name, in the order of the alphabet. Each file holds the methods of one type. */
const std::vector<Native>& stringMethods();
const std::vector<Native>& listMethods();
const std::vector<Native>& dictMethods();
const std::vector<Native>& bytesMethods();

/** Of values of that kind; empty for most. */
const std::vector<Native>& methodsOf(Kind kind);

/** Null: no such method. */
const Native* findMethod(Kind kind, std::string_view name);

/** `object.name`: the method, bound to its object. Raises with a proposal where there is none. */
Outcome attributeOf(Evaluation& evaluation, Value object, std::string_view name);

} // namespace exeat::rules
