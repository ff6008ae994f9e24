#pragma once

#include "shared/base/error.h"

#include <chrono>
#include <string>
#include <vector>

namespace exeat {

struct ProbeResult {
    int code = -1;      ///< as $?; -1: did not end in time and was killed
    std::string output; ///< both streams, at most 64 KiB
};

/** Runs a program without a shell, input from /dev/null. Blocks at most `patience` and a little. */
Result<ProbeResult> probe(const std::vector<std::string>& argv, std::chrono::milliseconds patience);

} // namespace exeat
