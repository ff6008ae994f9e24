#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"

namespace exeat::gate {

/**
 * Repeats `attempt` while it answers Changed: others who work in the same folders (a second service, an editor) need
 * that only once in a while. Bounded, because somebody who does it on purpose never stops.
 */
template<class Attempt>
auto whileChanged(const Attempt& attempt) {
    auto result = attempt();
    for (int left = limits::planAttempts - 1; left > 0 && !result && result.error().kind == ErrorKind::Changed; --left)
        result = attempt();
    return result;
}

} // namespace exeat::gate
