#pragma once

#include "rules/patterntree.h"
#include "rules/policy.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace exeat::rules {

/** The paths of one host_executable entry. */
class PathList {
public:
    explicit PathList(std::vector<std::string> paths);
    bool holdsAny(const std::vector<std::string>& paths) const;

private:
    std::vector<std::string> m_sorted;
};

/** What all host_executable entries say of one name. */
struct HostEntries {
    std::vector<PathList> narrowing;  ///< of layers that may only tighten: each must list a file
    std::optional<PathList> deciding; ///< of those that may loosen, the last
};

/**
 * A snapshot made ready to judge by: what a decision costs grows with the rules that match, not with those that there
 * are. Immutable and thread-safe; made once per snapshot, in time that is linear in its words.
 */
class PolicyIndex {
public:
    explicit PolicyIndex(PolicySnapshot snapshot);

    const PolicySnapshot& snapshot() const { return m_snapshot; }

    /** Every rule that may match, in the order of declaration, once for each alternative that may name the program. */
    std::vector<Candidate> candidates(const ProgramFacts& program, const std::vector<std::string>& argv) const;

    /** Null: no entry speaks of it. */
    const HostEntries* hostEntries(std::string_view name) const;

private:
    PolicySnapshot m_snapshot;
    PatternTree m_exact;
    PatternTree m_canonical;
    std::unordered_map<std::string, HostEntries, TextHash, std::equal_to<>> m_hosts;
};

/** As judge() by the snapshot itself, which makes an index for one decision. */
Judgement judge(const PolicyIndex& index, const ProgramFacts& program, const std::vector<std::string>& argv);

} // namespace exeat::rules
