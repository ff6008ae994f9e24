#pragma once

#include "service/policy/layerfolders.h"
#include "service/policy/workaccount.h"
#include "shared/base/limits.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace exeat {

/** A directory that rules are looked for in. */
struct KnownDirectory {
    RulesReach reach = RulesReach::DirectoryOnly;
    std::vector<LayerFolder> folders;
};

/** What the file system said of the places of a snapshot. */
struct KnownPlaces {
    std::map<std::string, std::set<std::string>> directories; ///< whose rules hold there, by place
    std::map<std::string, KnownDirectory> facts;              ///< of each of them
};

/** One for whom rules are read: a session, or a person. Its end lets go of what is kept for it. Main thread only. */
struct RulesReader {
    WorkAccount account{limits::sessionRulesWork, limits::sessionRulesShare};
    /** Keeps the folders of its last snapshot watched and remembered (FolderView::hold). */
    std::vector<std::shared_ptr<const void>> held = {};
    KnownPlaces known = {};                         ///< of its last snapshot
    std::optional<WorkAccount::Time> lookedAt = {}; ///< when all of that was looked at; nothing: it is, at the next
};

} // namespace exeat
