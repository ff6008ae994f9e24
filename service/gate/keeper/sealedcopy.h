#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"

namespace exeat::gate {

/**
 * What `file` (may be O_PATH; regular, at most limits::hashedFileBytes) holds now, in a memfd(2) that nobody can change
 * any more, ourselves included. Executable. Blocks while reading.
 */
Result<UniqueFd> sealedCopy(const UniqueFd& file);

} // namespace exeat::gate
