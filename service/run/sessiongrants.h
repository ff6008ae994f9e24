#pragma once

#include "shared/domain/policysnapshot.h"

#include <chrono>
#include <optional>
#include <vector>

namespace exeat {

/** What a person allowed a session, each for its time. No clock of its own. */
class SessionGrants {
public:
    using Moment = std::chrono::steady_clock::time_point;
    void add(const PrefixRule& rule, std::optional<Moment> until);
    /** Those in force at `now`; the others are forgotten. */
    std::vector<PrefixRule> at(Moment now);
    std::optional<Moment> nextEnd() const;

private:
    struct Entry {
        PrefixRule rule;
        std::optional<Moment> until;
    };
    std::vector<Entry> m_entries;
};

} // namespace exeat
