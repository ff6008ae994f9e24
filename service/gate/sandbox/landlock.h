#pragma once

#include "shared/base/error.h"

#include <string>
#include <vector>

namespace exeat::gate {

/**
 * A second wall behind the mounts, where the kernel has it (landlock(7), version 2 or later): writing only below
 * `writable`, no signals and no abstract sockets across the border (version 6). Needs no_new_privs. Nothing happens on
 * a kernel without it; an error means that it is there and refused.
 */
Result<void> restrictWriting(const std::vector<std::string>& writable);

} // namespace exeat::gate
