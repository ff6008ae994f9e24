#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace exeat {

/**
 * Processor time that may be spent. What was spent comes back with time, so that at most a share of a processor goes
 * into it for long. Times are since any fixed moment.
 */
class WorkAccount {
public:
    using Time = std::chrono::nanoseconds;

    /** Full at the start: `most`, of which comes back one part in `parts` of the time that passes. */
    constexpr WorkAccount(Time most, int parts) : m_most(most), m_parts(parts), m_left(most) {}

    bool hasMoreThan(Time reserve, Time now) {
        refill(now);
        return m_left > reserve;
    }
    /** Known only afterwards, so it may end below nothing. */
    void take(Time spent, Time now) {
        refill(now);
        m_left -= spent;
    }

private:
    void refill(Time now) {
        if (m_at)
            m_left = std::min(m_most, m_left + (now - *m_at) / m_parts);
        m_at = now;
    }

    Time m_most;
    int m_parts;
    Time m_left;
    std::optional<Time> m_at; ///< nothing: it was never asked
};

} // namespace exeat
