#pragma once

#include "service/policy/policypicture.h"
#include "service/policy/rulestore.h"
#include "shared/base/error.h"
#include "shared/domain/policysnapshot.h"
#include "shared/qt/runtimepaths.h"

#include <QObject>

#include <memory>
#include <string>
#include <vector>

namespace exeat {

/** What a snapshot is made for. */
struct PolicyScope {
    std::string sessionProject;           ///< the session's project; may be empty
    std::vector<std::string> directories; ///< workdir of the call, real working directories of its execs
    std::vector<PrefixRule> sessionGrants;
};

/**
 * The rules that hold, for the service core. Main thread only. DESIGN.md §5: what tightens is the union over the
 * session's project and every directory of the scope; what loosens comes only from layers that they all share, which
 * are the shipped, the system's and the user's. A project's rules never loosen before there is a trust store.
 */
class PolicyStore : public QObject {
    Q_OBJECT
public:
    static std::unique_ptr<PolicyStore> create(const RuntimePaths& paths, std::vector<std::string> agentWritableRoots);

    /** Writable roots of every session ever recorded, absolute. For snapshots made from now on. */
    void setAgentWritableRoots(std::vector<std::string> roots);

    /** Looks at the disk again, so it is never older than this call. Each has a higher version than the last. */
    PolicySnapshot snapshot(const PolicyScope& scope);

    /** The same, with the folders and files that it comes from. */
    PolicyPicture picture(const PolicyScope& scope);

    /** What is wrong with rules files seen so far; each with file, line, column, excerpt where there is one. */
    std::vector<std::string> problems() const { return m_store.problems(); }

    /**
     * Appends a rule to $XDG_CONFIG_HOME/exeat/rules/approved.rules (an "always" answer); see RulesEditor. Refused for
     * layers other than User and for rules tied to one file's content, which an agent could have written (§4.8).
     */
    Result<void> addRule(Layer layer, const PrefixRule& rule, const std::vector<std::vector<std::string>>& examples);

signals:
    /** Rules on disk changed: snapshots made before are out of date. */
    void changed();

private:
    PolicyStore(RuntimePaths paths, std::vector<std::string> agentWritableRoots);
    void addFolder(const LayerFolder& folder, PolicySnapshot& snapshot);
    std::vector<LayerFolder> projectFoldersOf(const PolicyScope& scope) const;

    RuntimePaths m_paths;
    std::vector<std::string> m_agentWritableRoots;
    RuleStore m_store;
    std::uint64_t m_version = 0;
};

} // namespace exeat
