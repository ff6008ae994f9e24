#pragma once

#include "shared/base/error.h"

#include <string>

namespace exeat::gate {

/** SHA-256, lower-case hex, of the regular file at `path`; at most limits::hashedFileBytes. Blocks while reading. */
Result<std::string> contentHash(const std::string& path);

} // namespace exeat::gate
