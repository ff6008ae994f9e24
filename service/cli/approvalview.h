#pragma once

#include "shared/domain/approval.h"

#include <cstddef>
#include <string>

namespace exeat {

/**
 * Everything a person needs to decide, for a terminal of `width` columns: each argument on a line of its own, all of it
 * made visible, and nothing of what is decided left out.
 */
std::string fullText(const Approval& approval, std::size_t width);
/** One line: "12  claude  git push". */
std::string shortText(const Approval& approval);
/** What must be typed to allow it: the program's name, or "allow" where that cannot be typed. */
std::string wordToType(const Approval& approval);

} // namespace exeat
