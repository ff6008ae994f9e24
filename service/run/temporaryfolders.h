#pragma once

#include <string>
#include <vector>

namespace exeat {

/**
 * Full paths of the folders in `folder` (/tmp) that isHiddenTemporary(), the oldest first: an agent that makes hundreds
 * of them does not push out those that were there before. Links are none.
 */
std::vector<std::string> hiddenTemporaryFolders(const std::string& folder);

} // namespace exeat
