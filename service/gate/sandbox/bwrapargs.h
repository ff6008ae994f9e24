#pragma once

#include "shared/domain/sandboxspec.h"

#include <string>
#include <vector>

namespace exeat::gate {

/**
 * argv of bubblewrap for a sandbox in which everything is read-only. What a run may write, and what it must not see,
 * is mounted for each run, by the file system as it is at that moment (mountplan.h).
 */
std::vector<std::string> bwrapArguments(const std::string& bwrapPath, NetworkAccess network,
                                        const std::string& zygotePath, int zygoteFd);

} // namespace exeat::gate
