#pragma once

#include "rules/evaluate/outcome.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

/**
 * Equality, order and hashes of values. Numbers compare by value whatever their kind, exactly; True is not 1. As in
 * Codex's Starlark, NaN equals itself and is greater than all other numbers, so that sorting is total.
 */
namespace exeat::rules {

class Evaluation;

/** Never raises for the kinds; only for depth (a list that holds itself) and work. */
Raisable<bool> equal(Evaluation& evaluation, Value left, Value right);

/** Raises for kinds without an order between them. */
Raisable<std::weak_ordering> order(Evaluation& evaluation, Value left, Value right);

/** Raises for what can change. Equal values have equal hashes. */
Raisable<std::uint64_t> hashOf(Evaluation& evaluation, Value value);

/** As bool(). */
bool truth(Value value);

/** The first of `items` that equals `value`, or their number. */
Raisable<std::size_t> indexOf(Evaluation& evaluation, const std::vector<Value>& items, Value value,
                              std::size_t from = 0);

} // namespace exeat::rules
