#pragma once

#include <string>
#include <vector>

namespace exeat::gate {

/**
 * Where a worktree's or submodule's metadata lives when `root`/.git is a file: the folder it names, and the repository
 * shared by all worktrees (gitrepository-layout(5): gitdir, commondir). Absolute; empty when .git is anything else.
 */
std::vector<std::string> gitFoldersElsewhere(const std::string& root);

} // namespace exeat::gate
