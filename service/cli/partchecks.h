#pragma once

#include "service/cli/check.h"
#include "shared/qt/runtimepaths.h"

#include <vector>

namespace exeat {

/** Programs, kernel features, files. Starts bwrap and our programs with --version, each for a few seconds at most;
 *  blocks that long, so never below an event loop. */
std::vector<Check> checkParts(const RuntimePaths& paths);

} // namespace exeat
