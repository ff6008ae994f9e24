#pragma once

namespace exeat::gate {

/** What the first process of a run writes once, when the run's shell has ended. Both are the same program. */
struct ShellEnd {
    int code; ///< code and signal as ExitStatus
    int signal;
    int alone; ///< 1: nothing else was alive inside; 0: the rest dies with the first process
};

} // namespace exeat::gate
