#pragma once

#include "shared/domain/ids.h"

#include <cstddef>
#include <deque>
#include <vector>

namespace exeat {

/**
 * Which finished runs of one session are kept so that a lost answer can be fetched: at most limits::keptRuns, and
 * limits::keptRunBytes together. Ids only; whoever owns the runs drops what add() returns.
 */
class FinishedRuns {
public:
    /** `bytes`: what the run holds. Returns what no longer fits, oldest first; never `run` itself. */
    std::vector<RunId> add(const RunId& run, std::size_t bytes);
    /** Its time is over. Unknown ids are ignored. */
    void remove(const RunId& run);

private:
    struct Kept {
        RunId run;
        std::size_t bytes = 0;
    };
    std::deque<Kept> m_kept; ///< oldest first
    std::size_t m_bytes = 0;
};

} // namespace exeat
