#pragma once

#include "shared/base/error.h"

#include <string>

#include <sys/types.h>

namespace exeat {

/** Atomically, and on the disk when it returns: readers see the old content or all of the new. Thread-safe. */
Result<void> replaceFile(const std::string& path, const std::string& content, mode_t mode);

} // namespace exeat
