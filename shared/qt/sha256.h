#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace exeat {

/** SHA-256 in lower-case hex. */
std::string sha256Hex(std::string_view bytes);

/** The same of a regular file; an error if it is larger than `limit`. Blocks while reading. */
Result<std::string> sha256OfFile(const std::string& path, std::size_t limit);

/** The same of what is open, from where it stands; `name` is for the words of an error. */
Result<std::string> sha256OfOpen(const UniqueFd& file, const std::string& name, std::size_t limit);

} // namespace exeat
