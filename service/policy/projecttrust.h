#pragma once

#include "service/policy/projectcontent.h"
#include "service/policy/truststore.h"
#include "shared/domain/trust.h"

#include <map>
#include <string>
#include <vector>

namespace exeat {

/** What a project's rules come to at this moment; each knows its owner and whether it loosens. */
struct ProjectRules {
    std::vector<PrefixRule> rules;
    std::vector<HostExecutable> hostExecutables;
    std::string brokenNote; ///< as FolderRules::brokenNote
    std::string missing;    ///< why these are not all that hold; empty: they are
};

/** One sentence for a person and an agent; the status waits(). */
std::string waitingText(const TrustStatus& status);

/**
 * Trust by content (DESIGN.md §5): a project's tightening holds at once; what loosens, and the end of what tightens,
 * only once a person accepted exactly this content. Accepted is the content of all rules files of a directory together,
 * by the directory's real path. Several contents may be accepted, so that going back and forth between branches asks
 * once for each. Contents that mean the same are the same. Codex's trust_level is no trust of ours. Main thread only.
 */
class ProjectTrust {
public:
    explicit ProjectTrust(TrustStore store) : m_store(std::move(store)) {}

    /** Of `directory`, whose folders say `folders` and which reaches as far as that. Valid until the next call. */
    const ProjectRules& rulesOf(const std::string& directory, const ProjectFolders& folders, RulesReach reach);

    /** Directories whose remembered rules hold for `directory`: itself, and those above that reached below. */
    std::vector<std::string> rememberedFor(const std::string& directory) const;
    bool remembers(const std::string& directory) const;
    /** rulesOf() of the same would have nothing to do. */
    bool isSettled(const std::string& directory, const ProjectFolders& folders, RulesReach reach) const;
    /** How often rulesOf() had to work. */
    std::uint64_t settled() const { return m_settled; }
    /** Records written so far, or tried. */
    std::uint64_t written() const { return m_written; }

    /** Of every project with rules seen since the start, and every one that is remembered. */
    std::vector<TrustStatus> statuses() const;
    TrustView view(const std::string& directory, const ProjectFolders& folders, RulesReach reach);
    TrustStatus statusOf(const std::string& directory) const;
    /** What waits for a person, and what could not be kept, in words. */
    std::vector<std::string> problems() const;

    /**
     * A person accepts what `directory` says, having seen the content of that hash. Refused: it says something else by
     * now, or a file is broken, so that nobody could see it.
     */
    Result<void> accept(const std::string& directory, const ProjectFolders& folders, RulesReach reach,
                        const Acceptance& acceptance);
    /** Nothing of it loosens any more. Whatever tightens stays. */
    Result<void> revoke(const std::string& directory);

private:
    struct State {
        ProjectFolders folders; ///< what the rest was made of
        RulesReach reach = RulesReach::DirectoryOnly;
        ProjectContent content;
        ProjectRules rules;
        std::vector<PrefixRule> held; ///< removed, and in force
        std::vector<HostExecutable> heldHosts;
        TrustState trust = TrustState::NotTrusted;
        std::string problem;    ///< why it is not remembered
        std::uint64_t used = 0; ///< when; the larger the later
    };

    /** Why nobody can accept it. */
    static std::vector<std::string> obstacles(const State& state, const std::vector<RuleChange>& changes);
    /** Most directories have no rules, and nothing is remembered of them. */
    bool matters(const std::string& directory, const ProjectFolders& folders) const;
    State& stateOf(const std::string& directory, const ProjectFolders& folders, RulesReach reach);
    void settle(State& state, const std::string& directory);
    static ProjectRules rulesIn(const State& state, const std::string& directory);
    std::vector<RuleChange> changesOf(const State& state, const std::string& directory) const;
    /** What is in force now, for the next start. */
    void remember(State& state, TrustRecord record);

    TrustStore m_store;
    /** By directory; made anew from m_store where it was pushed out. */
    std::map<std::string, State> m_states;
    State m_unremembered; ///< of a directory without rules
    std::uint64_t m_uses = 0;
    std::uint64_t m_settled = 0;
    std::uint64_t m_written = 0;
};

} // namespace exeat
