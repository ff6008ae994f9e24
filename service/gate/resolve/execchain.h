#pragma once

#include "shared/domain/command.h"

#include <vector>

#include <sys/types.h>

namespace exeat::gate {

/**
 * The programs that led to `caller`, outermost first, without the caller itself: its parents up to, not including,
 * `below` (the process we started for the run). For people: names and arguments are the processes' own claims. Bounded.
 */
std::vector<ChainLink> execChain(pid_t caller, pid_t below);

} // namespace exeat::gate
