#pragma once

#include <cstdint>
#include <string>

namespace exeat::gate {

/** A run whose protection is gone. `why` is for whoever called it: what happened, why it ends, what to do next. */
struct LostProtection {
    std::uint64_t guard = 0; ///< InsideRun::guard
    std::string why;
    bool operator==(const LostProtection&) const = default;
};

} // namespace exeat::gate
