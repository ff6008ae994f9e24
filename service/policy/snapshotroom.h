#pragma once

#include "shared/base/limits.h"
#include "shared/domain/policysnapshot.h"

#include <cstddef>
#include <vector>

namespace exeat {

/** What rules take: their number is tried on each exec, their bytes must reach a gate in one frame. */
struct RulesSize {
    std::size_t rules = 0;
    std::size_t bytes = 0;
    RulesSize& operator+=(const RulesSize& other) {
        rules += other.rules;
        bytes += other.bytes;
        return *this;
    }
    bool operator==(const RulesSize&) const = default;
};

RulesSize sizeOf(const std::vector<PrefixRule>& rules, const std::vector<HostExecutable>& hosts);

/** How much more one snapshot can hold. */
class SnapshotRoom {
public:
    /** False: it does not fit, and takes nothing. */
    bool take(const RulesSize& size);

private:
    RulesSize m_left{limits::rulesPerSnapshot, limits::rulesWeight};
};

} // namespace exeat
