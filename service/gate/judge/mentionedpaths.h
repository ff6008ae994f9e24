#pragma once

#include "shared/domain/command.h"

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace exeat::gate {

/**
 * The paths that rules mention, and which of them are one file: by device and inode, for a file may have several paths.
 * What the file system says is remembered and looked at again little by little, so that an exec never waits for ten
 * thousand paths. Main loop only; blocks for stat(2).
 */
class MentionedPaths {
public:
    using Time = std::chrono::steady_clock::time_point;

    /** `paths`: absolute, sorted, each once. Looks at all of them. */
    MentionedPaths(std::vector<std::string> paths, Time now);

    /**
     * Those that are `file` at this moment, sorted. None is returned that is not. What became this file lately is found
     * at once if it ends in one of `names`, as a program is mentioned; under any other name once its turn comes: of
     * up to limits::statsPerExec paths within half a second, of more with one of the next execs.
     */
    std::vector<std::string> equalTo(const FileIdentity& file, const std::vector<std::string>& names, Time now);

private:
    struct Mentioned {
        std::string path;
        FileIdentity identity; ///< null: nothing is there
        Time turn;             ///< when lookAround() was here
    };
    using Place = std::uint32_t; ///< in m_paths

    void look(Place place);
    void lookAround(Time now);
    std::vector<Place> suspects(const FileIdentity& file, const std::vector<std::string>& names) const;

    std::vector<Mentioned> m_paths;
    std::set<std::pair<FileIdentity, Place>> m_byIdentity;
    std::unordered_multimap<std::string, Place> m_byName; ///< last component
    Place m_next = 0;                                     ///< whose turn was the longest ago
};

} // namespace exeat::gate
