#include "service/policy/ruleswork.h"

#include <time.h>

namespace exeat {
namespace {

WorkAccount::Time timeOf(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

} // namespace

WorkClock systemWorkClock() {
    return {[] { return timeOf(CLOCK_MONOTONIC); }, [] { return timeOf(CLOCK_THREAD_CPUTIME_ID); }};
}

RulesTime RulesWork::timeFor(RulesReader& reader, RulesPlace place) {
    const auto now = m_clock.now();
    const auto closed = [&](WorkAccount::Time most) {
        return place == RulesPlace::Own ? WorkAccount::Time{} : most / 2;
    };
    if (!reader.account.hasMoreThan(closed(limits::sessionRulesWork), now))
        return RulesTime::ReaderUsedUp;
    return m_all.hasMoreThan(closed(limits::allRulesWork), now) ? RulesTime::Left : RulesTime::AllUsedUp;
}

void RulesWork::charge(RulesReader& reader, WorkAccount::Time spent) {
    const auto now = m_clock.now();
    reader.account.take(spent, now);
    m_all.take(spent, now);
}

} // namespace exeat
