#pragma once

#include <chrono>
#include <functional>
#include <optional>

namespace exeat {

/**
 * How long a run has really run: stands still while at least one question is open. No timers, no system clock: `now`
 * is given, so that it can be any. Not thread-safe.
 */
class RunClock {
public:
    using Now = std::function<std::chrono::nanoseconds()>; ///< monotonic

    RunClock(Now now, std::optional<std::chrono::nanoseconds> limit) : m_now(std::move(now)), m_limit(limit) {}

    void start();
    /** Questions nest; each hold() needs its release(). */
    void hold();
    void release();
    void stop();

    std::chrono::nanoseconds elapsed() const;
    /** Until the limit; nothing while it stands still or without a limit. Never negative. */
    std::optional<std::chrono::nanoseconds> remaining() const;

private:
    bool moves() const { return m_started && !m_stopped && m_holds == 0; }
    Now m_now;
    std::optional<std::chrono::nanoseconds> m_limit;
    std::chrono::nanoseconds m_sum{0};
    std::chrono::nanoseconds m_since{0};
    int m_holds = 0;
    bool m_started = false;
    bool m_stopped = false;
};

} // namespace exeat
