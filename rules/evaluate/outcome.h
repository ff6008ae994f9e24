#pragma once

#include "rules/evaluate/value.h"

#include <expected>

namespace exeat::rules {

/** Something went wrong; what and where is kept by the Evaluation. Nothing in the language can catch it. */
struct [[nodiscard]] Raised {};

template<class T>
using Raisable = std::expected<T, Raised>;
using Outcome = Raisable<Value>;

} // namespace exeat::rules
