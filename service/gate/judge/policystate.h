#pragma once

#include "rules/policyindex.h"
#include "service/gate/judge/contenthash.h"
#include "service/gate/judge/mentionedpaths.h"
#include "service/gate/resolve/commandresolver.h"
#include "service/gate/resolve/fileorigin.h"
#include "shared/domain/policysnapshot.h"
#include "shared/domain/verdict.h"

#include <string>
#include <unordered_set>

namespace exeat::gate {

/** Whose names count for loosening: --preserve-program-paths. */
enum class NameTrust { PathsAndNames, PathsOnly };

/** Where a caller stands. */
struct CallPlace {
    std::string directory; ///< the workdir of its call, real path
    CallerReach reach = {};
};

/** A judgement and what it rested on. */
struct Judged {
    Judgement judgement;
    std::string sha256; ///< of the file, where a person's confirmation of its content was looked at; else empty
    rules::ProgramFacts facts;
};

/** One immutable snapshot with what the file system says of the paths in it. Main loop only. */
class PolicyState {
public:
    explicit PolicyState(PolicySnapshot snapshot);

    const PolicySnapshot& snapshot() const { return m_index.snapshot(); }
    const WritableRoots& everWritable() const { return m_everWritable; }
    /** True if the layers of `directory` are in the snapshot. */
    bool covers(const std::string& directory) const { return m_directories.contains(directory); }

    /**
     * The rules' word on what was resolved in a call. A command with an obstacle is never escalated or asked: the
     * rules' wish becomes Deny with both reasons; what execve would refuse anyway goes on inside and gets the kernel's
     * error.
     */
    Judged judge(const Resolution& resolution, NameTrust trust, const CallPlace& call);

private:
    bool isConfirmable(const Resolution& resolution) const;

    rules::PolicyIndex m_index;
    WritableRoots m_everWritable;
    std::unordered_set<std::string> m_directories;
    std::unordered_set<std::string> m_confirmedPaths;
    ContentHashes m_hashes;
    MentionedPaths m_mentioned;
};

} // namespace exeat::gate
