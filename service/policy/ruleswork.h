#pragma once

#include "service/policy/rulesreader.h"

#include <functional>

namespace exeat {

/** What work is measured by; a test drives both. */
struct WorkClock {
    std::function<WorkAccount::Time()> now;   ///< since any fixed moment
    std::function<WorkAccount::Time()> spent; ///< by this thread, of a processor's time
};

/** CLOCK_MONOTONIC and CLOCK_THREAD_CPUTIME_ID (clock_gettime(2)). */
WorkClock systemWorkClock();

/** What a directory is to whom its rules are read for. */
enum class RulesPlace {
    Own,     ///< of the session's project: read before all others
    Visited, ///< where it went; an agent makes any number of them
};

/** Whether rules of a project that are new or have changed may be read now. */
enum class RulesTime { Left, ReaderUsedUp, AllUsedUp };

/**
 * Bounds the time that goes into reading rules of projects: each reader has an account, and there is one for all. Own
 * projects may use the half of each that is closed to the rest, so who burns time in visited folders keeps neither
 * another nor itself from its own project. Main thread only.
 */
class RulesWork {
public:
    explicit RulesWork(WorkClock clock) : m_clock(std::move(clock)) {}

    RulesTime timeFor(RulesReader& reader, RulesPlace place);
    WorkAccount::Time now() const { return m_clock.now(); }
    WorkAccount::Time spent() const { return m_clock.spent(); }
    void charge(RulesReader& reader, WorkAccount::Time spent);

private:
    WorkClock m_clock;
    WorkAccount m_all{limits::allRulesWork, limits::allRulesShare};
};

} // namespace exeat
