#pragma once

#include <string>
#include <string_view>
#include <vector>

/** Values that look like secrets become "***" before history writes them (DESIGN.md §9). Thread-safe. Patterns guess:
 *  a secret of an unknown shape stays, so the file is for its owner only. Bytes that are no text pass unchanged. */
namespace exeat {

/** A script, a message, one word. */
std::string maskSecrets(std::string_view text);

/** As above for each word, and values that follow an option such as --password. */
std::vector<std::string> maskSecrets(const std::vector<std::string>& argv);

/** "NAME=value" -> "NAME". */
std::vector<std::string> namesOnly(const std::vector<std::string>& environment);

} // namespace exeat
