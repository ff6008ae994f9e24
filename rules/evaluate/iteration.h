#pragma once

#include "rules/evaluate/outcome.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace exeat::rules {

class Evaluation;

/**
 * A walk over the items of a list, tuple, range, iterator, or the keys of a dict. While it lives a list or dict cannot
 * change. Strings and bytes are not walked: say elems().
 */
class Iteration {
public:
    /** Raises for what cannot be walked. */
    static Raisable<Iteration> over(Evaluation& evaluation, Value items);
    ~Iteration();
    Iteration(Iteration&& other) noexcept;
    Iteration(const Iteration&) = delete;
    Iteration& operator=(const Iteration&) = delete;
    Iteration& operator=(Iteration&&) = delete;

    /** Unset at the end. Raises when the run's work is used up. */
    Outcome next();
    std::size_t length() const;

private:
    Iteration(Evaluation& evaluation, Value items);

    Evaluation& m_evaluation;
    Value m_items; ///< Unset: moved from
    std::size_t m_at = 0;
};

/** All items at once. Raises as Iteration does, and where there is no room for them. */
Raisable<std::vector<Value>> itemsOf(Evaluation& evaluation, Value items);

/** Raises while somebody walks over the list or dict. */
Raisable<void> mayChange(Evaluation& evaluation, Value container);

/** len(): also of a string (characters) and bytes. */
std::optional<std::size_t> lengthOf(Value value);

} // namespace exeat::rules
