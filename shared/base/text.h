#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace exeat {

/**
 * Bytes of an agent as text that is safe on a terminal and in a label: control characters, invalid UTF-8 and
 * bidirectional or zero-width characters (Unicode TR 36) appear as visible escapes, at most `limit` bytes are
 * returned, cut in the middle with "…" so that the end stays visible.
 */
std::string visible(std::string_view bytes, std::size_t limit = 4096);

/** Each word quoted for a POSIX shell where needed, joined by spaces, made visible. For people, never for execution. */
std::string visibleCommand(const std::vector<std::string>& argv, std::size_t limit = 4096);

/** Valid UTF-8 as is; each other byte becomes U+FFFD. For JSON to agents. */
std::string toUtf8(std::string_view bytes);

bool isValidUtf8(std::string_view bytes);

} // namespace exeat
