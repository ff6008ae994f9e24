#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace exeat {

/**
 * A regular file for reading. Anything else at `path` is refused, also a fifo that an agent put there, without waiting
 * for its other end. `flags` are added to those of open(2).
 */
Result<UniqueFd> openRegular(const std::string& path, int flags = 0);

/**
 * Gives what is open to `take`, piece by piece, until its end or the first error. More than `limit` bytes in all are
 * ErrorKind::Limit. `name` is for the words of an error. Blocks while reading.
 */
Result<void> readChunks(const UniqueFd& fd, const std::string& name, std::size_t limit,
                        const std::function<Result<void>(std::string_view)>& take);

} // namespace exeat
