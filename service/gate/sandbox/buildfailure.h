#pragma once

#include "shared/base/error.h"

#include <string>
#include <string_view>

namespace exeat::gate {

/** What to say when bubblewrap could not build the sandbox, by its words and this kernel's settings, with the cure. */
Error explainBuildFailure(std::string_view complaint);

/** What to say when there is no bubblewrap at `path`. */
Error explainMissingBubblewrap(const std::string& path);

} // namespace exeat::gate
