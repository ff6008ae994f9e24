#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace exeat::script {

/** One escape of $'…'. */
struct AnsiEscape {
    std::size_t length = 0;           ///< of the text that it is written with
    std::optional<std::string> value; ///< nothing: it depends on the locale
};

/** The escape that `text` begins with, its backslash left out, as Bash reads it (bash(1), QUOTING). */
AnsiEscape readAnsiEscape(std::string_view text);

} // namespace exeat::script
