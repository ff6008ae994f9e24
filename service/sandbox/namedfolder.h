#pragma once

#include <functional>
#include <optional>
#include <string>

namespace exeat {

/**
 * The real path of a folder that somebody named once and for all (settings, an environment). Nothing if there is no
 * such folder, or if a symbolic link on the way lies in a folder that `isAgentWritable`: whoever may write there
 * chooses where such a link leads, each time anew. `path` is absolute. The answer is of this moment; what it is used
 * for must not follow links either.
 */
std::optional<std::string> namedFolder(const std::string& path,
                                       const std::function<bool(const std::string& folder)>& isAgentWritable);

} // namespace exeat
