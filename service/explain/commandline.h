#pragma once

#include "shared/base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace exeat {

enum class CommandForm {
    Literal,  ///< its words are known
    Unknown,  ///< some word is known only when the line runs (`$x`, `*`): it stands there as written
    Function, ///< it calls a function that the line itself defines
};

/** One command of a line of Bash, quotes taken off. */
struct LineCommand {
    std::vector<std::string> words;
    CommandForm form = CommandForm::Literal;
    bool operator==(const LineCommand&) const = default;
};

/**
 * Every command that the line would start, wherever it stands (in `$( )`, loops, functions, too) and whether or not it
 * would be reached; as they end. Assignments in front and redirections are left out. An error where the line cannot be
 * read to its end, or has more than limits::explainedCommands.
 */
Result<std::vector<LineCommand>> commandsOf(std::string_view line);

} // namespace exeat
