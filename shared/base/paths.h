#pragma once

#include <string_view>

namespace exeat {

/** True if `path` is `ancestor` or lies below it. Lexical: both absolute, links followed, no slash at the end. */
bool isWithin(std::string_view path, std::string_view ancestor);

} // namespace exeat
