#pragma once

#include "service/gate/resolve/pathwalk.h"
#include "shared/domain/command.h"

#include <set>
#include <string>
#include <vector>

namespace exeat::gate {

/** Folders that an agent may write, by path and by what the path named when this was made. */
class WritableRoots {
public:
    WritableRoots() = default;
    explicit WritableRoots(const std::vector<std::string>& paths);

    /** True if any folder of the walk is one of them or lies below one. */
    bool cover(const WalkedPath& walked) const;

private:
    bool covers(const std::string& folder) const;
    std::vector<std::string> m_paths;
    std::set<FileIdentity> m_identities;
};

/** DESIGN.md §4.2. Unplantable needs proof; anything in doubt is less. */
FileOrigin originOf(const WalkedPath& walked, const WritableRoots& everWritable, const WritableRoots& ofThisRun);

} // namespace exeat::gate
