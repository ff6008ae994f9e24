#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"

#include <string>
#include <vector>

namespace exeat::gate {

/** The number at which a zygote finds its socket. */
inline constexpr int zygoteFd = 3;

/**
 * Starts a program with an empty environment, default signals, originalFileLimit(), /dev/null as input and output,
 * `complaints` as standard error, `socket` at zygoteFd and nothing else. Answers its pid, a child of this process.
 */
Result<int> spawnSandbox(std::vector<std::string> argv, const UniqueFd& complaints, const UniqueFd& socket);

} // namespace exeat::gate
