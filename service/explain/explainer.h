#pragma once

#include "service/policy/policypicture.h"
#include "shared/base/error.h"
#include "shared/domain/danger.h"
#include "shared/domain/explanation.h"

#include <string>
#include <vector>

namespace exeat {

/** A command as somebody in `workdir` would call it. */
struct ExplainQuestion {
    std::vector<std::string> argv; ///< or, if empty:
    std::string script;            ///< a line of Bash
    std::string workdir;           ///< absolute
    std::string searchPath;
    std::vector<std::string> writableRoots; ///< of a run there
    HeuristicSettings heuristics = {};      ///< of the danger list
};

/**
 * What would happen to each command: the program is found as Bash does, then resolved and judged by the very parts of
 * the gate that decide (service/gate/). It asks the file system, so it may block for a moment; any thread.
 */
Result<std::vector<ExplainedCommand>> explain(const ExplainQuestion& question, PolicySnapshot snapshot);

} // namespace exeat
