#pragma once

#include "shared/base/error.h"

#include <string>
#include <vector>

namespace exeat::gate {

/**
 * Where a worktree's or submodule's metadata lives when `root`/.git is a file: the folder it names, and the repository
 * shared by all worktrees (gitrepository-layout(5): gitdir, commondir). Absolute; empty when .git is anything else,
 * or nobody may read it. An error where it will be readable in a moment.
 */
Result<std::vector<std::string>> gitFoldersElsewhere(const std::string& root);

} // namespace exeat::gate
