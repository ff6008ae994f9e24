#pragma once

#include "shared/domain/approval.h"

#include <string>

namespace exeat {

/** Everything a person needs to decide, for a terminal: each argument on a line of its own, all made visible. */
std::string fullText(const Approval& approval);
/** One line: "12  claude  git push". */
std::string shortText(const Approval& approval);
/** What must be typed to allow it: the program's name, or "allow" where that cannot be typed. */
std::string wordToType(const Approval& approval);

} // namespace exeat
