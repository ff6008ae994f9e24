#pragma once

#include "shared/base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace exeat {

/** One command of a line of Bash, quotes taken off. */
struct LineCommand {
    std::vector<std::string> words;
    bool literal = true; ///< false: some word is known only when the line runs (`$x`, `*`)
    bool operator==(const LineCommand&) const = default;
};

/**
 * The commands of a line, in its order: split at `&&`, `||`, `;`, `|`, `&` and newlines; assignments in front and
 * redirections are left out. What has commands within commands, groups, loops, conditions or here-documents is refused
 * with words: whoever asks names its commands one by one.
 */
Result<std::vector<LineCommand>> commandsOf(std::string_view line);

} // namespace exeat
