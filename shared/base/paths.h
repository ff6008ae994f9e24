#pragma once

#include <string_view>

namespace exeat {

/** True if `path` is `ancestor` or lies below it. Lexical: both absolute, links followed, no slash at the end. */
bool isWithin(std::string_view path, std::string_view ancestor);

/** What follows the last slash; all of it where there is none. */
constexpr std::string_view baseName(std::string_view path) {
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

} // namespace exeat
