#pragma once

#include "service/policy/lastgood.h"
#include "shared/base/error.h"
#include "shared/domain/policysnapshot.h"
#include "shared/domain/trust.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace exeat {

/** What a project's rules files said when a person accepted it. */
struct AcceptedContent {
    Acceptance acceptance;
    RulesTexts texts; ///< by path below the directory
    bool operator==(const AcceptedContent&) const = default;
};

/** What is remembered of one project. */
struct TrustRecord {
    std::string directory; ///< symbolic links followed
    /** At most limits::acceptedContents; the one that was in force last is the last. */
    std::vector<AcceptedContent> accepted;
    /** What asks, forbids and narrows at this moment, so that a restart takes nothing of it out of force. */
    std::vector<PrefixRule> tightening;
    std::vector<HostExecutable> narrowing;
    bool overflow = false; ///< more was removed than can be kept in force
    /** As far as they ever held: a `.git` that vanishes takes nothing out of force. */
    RulesReach reach = RulesReach::DirectoryOnly;
    bool operator==(const TrustRecord&) const = default;
};

/**
 * The records of all projects: in memory, and one file (0600, replaced atomically) each in a folder of ours that no
 * sandbox shows. Main thread only.
 */
class TrustStore {
public:
    /** `folder`: absolute, made when first needed. What is there is read once, now. */
    explicit TrustStore(std::string folder);

    /** Nothing: nothing was ever remembered of it, or it cannot be read. */
    const TrustRecord* find(const std::string& directory) const;
    /** Its file is there and cannot be understood: what it held is unknown. */
    bool isDamaged(const std::string& directory) const;
    /** In place of what was remembered; on the disk when it returns. An error: it is as it was. */
    Result<void> put(const TrustRecord& record);
    /** As put() until the service ends, for what the disk does not take. Not for a new project where there are too
     * many. */
    void putForNow(TrustRecord record);
    Result<void> remove(const std::string& directory);

    const std::map<std::string, TrustRecord>& records() const { return m_records; }

private:
    std::string fileOf(const std::string& directory) const;
    void load();
    bool isFullFor(const std::string& directory) const;
    std::size_t bytesOfOthers(const std::string& directory) const;
    std::string goneMarkOf(const std::string& directory) const;
    /** Projects whose folder was not there each time anybody looked for limits::trustGone; marks the others anew. */
    std::vector<std::string> longGone() const;
    void forgetGone();

    std::string m_folder;
    std::map<std::string, TrustRecord> m_records; ///< by directory
    std::map<std::string, std::size_t> m_bytes;   ///< of their files, by directory
    std::set<std::string> m_damaged;              ///< files
};

} // namespace exeat
