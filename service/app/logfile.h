#pragma once

#include "shared/base/error.h"

#include <string>

namespace exeat {

/** Standard output and error go to `file` (0600) from now on; what an earlier service left above 4 MiB goes to
 *  `file`.1 first. Before the event loop. */
Result<void> logTo(const std::string& file);

} // namespace exeat
