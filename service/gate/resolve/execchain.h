#pragma once

#include "shared/domain/command.h"

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include <sys/types.h>

namespace exeat::gate {

/**
 * The programs that led to `caller`, outermost first, without the caller itself: its parents up to, not including, one
 * of `ends` (processes that we started for the run). For people: names and arguments are the processes' own claims.
 * Bounded.
 */
std::vector<ChainLink> execChain(pid_t caller, std::span<const pid_t> ends);

/** One process for its whole life: a number alone may be given to another one. */
struct ProcessFacts {
    pid_t parent = 0;            ///< in our pid namespace; 0: the process is gone
    std::uint64_t startTime = 0; ///< clock ticks since boot
};
ProcessFacts processFacts(pid_t pid);

/** The same for records: children of one shell that come within a tenth of a second get the chain of the first. */
class RecentChain {
public:
    /** Up to and with `parent`. */
    const std::vector<ChainLink>& endingWith(pid_t parent, std::span<const pid_t> ends);

private:
    pid_t m_parent = 0;
    std::chrono::steady_clock::time_point m_read;
    std::vector<ChainLink> m_chain;
};

} // namespace exeat::gate
