#pragma once

#include "rules/policy.h"
#include "service/policy/layerfolders.h"
#include "shared/domain/policysnapshot.h"

#include <optional>
#include <string>
#include <vector>

namespace exeat {

/** One rules file as the store has it. */
struct FileStatus {
    std::string path;
    RulesFileState state = RulesFileState::Broken;
    std::string problem;                   ///< in words, empty if Good
    std::optional<std::string> brokenText; ///< what it holds now, if that could be read and is not what holds
    rules::RulesFile good;                 ///< the version that holds
};

struct FolderStatus {
    LayerFolder folder;
    std::string problem; ///< it cannot be read, or not wholly
    std::vector<FileStatus> files;
};

/** All that holds for a scope at one moment, and where it comes from. A copy: to be looked at by any thread. */
struct PolicyPicture {
    PolicySnapshot snapshot;
    std::vector<FolderStatus> folders; ///< lowest first
    std::string home;                  ///< of the user database
};

/** What loosens only where somebody accepted it, or never. DESIGN.md §5. */
bool loosensByItself(Layer layer);

} // namespace exeat
