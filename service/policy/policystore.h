#pragma once

#include "service/policy/confirmedfiles.h"
#include "service/policy/policypicture.h"
#include "service/policy/projecttrust.h"
#include "service/policy/requirementsfile.h"
#include "service/policy/rulestore.h"
#include "service/policy/ruleswork.h"
#include "service/policy/snapshotroom.h"
#include "shared/base/error.h"
#include "shared/domain/policysnapshot.h"
#include "shared/qt/runtimepaths.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace exeat {

/** What a snapshot is made for. */
struct PolicyScope {
    std::string sessionProject; ///< the session's project, its real path when that began; may be empty
    /** Workdir of the call, real working directories of its execs. Where time is short, the first are read first. */
    std::vector<std::string> directories;
    std::vector<PrefixRule> sessionGrants;
    RulesReader* reader = nullptr; ///< whom it is made for; nothing: a person. Not kept
};

/**
 * The rules that hold, for the service core. Main thread only. A snapshot holds the rules of the session's project and
 * of every directory of the scope; each rule of a project says whose it is, and the judge sees for each exec which of
 * them bind it and which may loosen it (rules/places.h). What of a project may loosen at all, ProjectTrust says.
 */
class PolicyStore : public QObject {
    Q_OBJECT
public:
    static std::unique_ptr<PolicyStore> create(const RuntimePaths& paths, std::vector<std::string> agentWritableRoots,
                                               WorkClock clock = systemWorkClock());

    /** Writable roots of every session ever recorded, absolute. For snapshots made from now on; tells changed(). */
    void setAgentWritableRoots(std::vector<std::string> roots);

    /** The user's, for snapshots made from now on; `.git` until then. Asked at each use. */
    void setProjectMarkers(std::function<ProjectMarkers()> markers) { m_markers = std::move(markers); }

    /**
     * Looks at the disk again, so it is never older than this call. But where a reader's last snapshot had a directory
     * that is not the first now, the kernel must have told of a change there, or a second passed. Each has a higher
     * version than the last. Rules of projects that are new or have changed, and that there is no time for now
     * (RulesWork), are `missing`; changed() tells when to try again.
     */
    PolicySnapshot snapshot(const PolicyScope& scope);

    /** The same, with the folders and files that it comes from. */
    PolicyPicture picture(const PolicyScope& scope);

    /** What is wrong with rules files seen so far; each with file, line, column, excerpt where there is one. */
    std::vector<std::string> problems() const;
    /** What of the rules of these places waits for a person, in words; asked for in snapshots before. */
    std::vector<std::string> waiting(const std::vector<std::string>& places) const;

    /**
     * Appends a rule to $XDG_CONFIG_HOME/exeat/rules/approved.rules (an "always" answer); see RulesEditor. Refused for
     * layers other than User and for rules tied to one file's content, which an agent could have written (§4.8).
     */
    Result<void> addRule(Layer layer, const PrefixRule& rule, const std::vector<std::vector<std::string>>& examples);

    /** Every project with rules that was seen or is remembered, looked at again. */
    std::vector<TrustStatus> trustStatuses();
    /** Of the innermost directory at or above `directory` that has rules or is remembered; else Missing. */
    Result<TrustView> trustView(const std::string& directory);
    /** See ProjectTrust. `directory` as TrustStatus names it. */
    Result<void> acceptTrust(const std::string& directory, const std::string& hash, const std::string& who,
                             std::int64_t now);
    Result<void> revokeTrust(const std::string& directory);

    const std::vector<FileConfirmation>& confirmedFiles() const { return m_confirmed.all(); }
    /**
     * Rules that name the file count for this content from now on. Refused for what no confirmation would count for: it
     * lies outside the home folder, or where an agent may write.
     */
    Result<void> confirmFile(const FileConfirmation& file);
    Result<void> forgetFile(const std::string& path);

signals:
    /**
     * Rules on disk changed, or what of them is trusted: snapshots made before are out of date where one of the
     * `owners` (PrefixRule::owner) counts; the empty one does everywhere.
     */
    void changed(const std::set<std::string>& owners);

private:
    /** A snapshot while it is made. */
    struct Making {
        PolicySnapshot snapshot;
        SnapshotRoom room;
        ProjectLookup lookup;
        RulesReader& reader;
        std::vector<std::shared_ptr<const void>> held;
        KnownPlaces known;
    };
    /** One directory's folders and what they come to; nothing: they wait to be read, or compared with the accepted. */
    struct ReadDirectory {
        std::optional<ProjectFolders> folders;
        std::optional<ProjectRules> rules;
        RulesTime time = RulesTime::Left;
        std::vector<std::shared_ptr<const void>> held;
    };

    PolicyStore(RuntimePaths paths, std::vector<std::string> agentWritableRoots, WorkClock clock);
    using ReadDirectories = std::map<std::string, ReadDirectory>;
    enum class Look { Now, WhenTold };
    void addCommon(const LayerFolder& folder, Making& making);
    void visit(const std::string& place, RulesPlace kind, Look look, Making& making, ReadDirectories& found);
    void addProject(const std::string& directory, ReadDirectory read, Making& making);
    ProjectRules rulesOf(const std::string& directory, ReadDirectory read);
    void add(ProjectRules rules, PolicySnapshot& snapshot) const;
    void addHost(HostExecutable host, PolicySnapshot& snapshot) const;
    ReadDirectory read(const std::string& directory, RulesPlace place, const KnownDirectory& known,
                       RulesReader& reader);
    /** Without a look at the disk; nothing: it takes one. */
    std::optional<ReadDirectory> unchanged(const std::string& directory, const KnownDirectory& known);
    /** As a person asks for it. */
    Result<ProjectFolders> readForPerson(const std::string& directory, RulesReach reach);
    RulesReach reachOf(const std::string& directory) const;
    /** Whose rules hold for one of them; a directory comes before those below it. */
    std::set<std::string> directoriesOf(const std::vector<std::string>& places, ProjectLookup& lookup) const;
    void retryLater(const std::string& directory);
    std::string waitingProblem() const;

    RuntimePaths m_paths;
    std::vector<std::string> m_agentWritableRoots;
    std::function<ProjectMarkers()> m_markers = [] { return ProjectMarkers{".git"}; };
    RuleStore m_store;
    ProjectTrust m_trust;
    RequirementsFile m_requirements;
    ConfirmedFiles m_confirmed;
    std::map<std::string, std::string> m_missing; ///< by folder, of the last snapshot that it was looked at for
    RulesWork m_work;
    RulesReader m_person;
    std::set<std::string> m_waiting; ///< directories whose rules there was no time for, since the last try
    QTimer m_retry;
    std::uint64_t m_version = 0;
};

} // namespace exeat
