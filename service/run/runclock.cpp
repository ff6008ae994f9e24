#include "service/run/runclock.h"

#include <algorithm>

namespace exeat {

void RunClock::start() {
    m_started = true;
    m_since = m_now();
}

void RunClock::hold() {
    if (moves())
        m_sum += m_now() - m_since;
    ++m_holds;
}

void RunClock::release() {
    if (m_holds == 0 || --m_holds > 0)
        return;
    m_since = m_now();
}

void RunClock::stop() {
    m_sum = elapsed();
    m_stopped = true;
}

std::chrono::nanoseconds RunClock::elapsed() const {
    return moves() ? m_sum + (m_now() - m_since) : m_sum;
}

std::optional<std::chrono::nanoseconds> RunClock::remaining() const {
    if (!m_limit || !moves())
        return std::nullopt;
    return std::max(std::chrono::nanoseconds{0}, *m_limit - elapsed());
}

} // namespace exeat
