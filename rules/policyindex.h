#pragma once

#include "rules/patterntree.h"
#include "rules/policy.h"

#include <span>
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

/** One host_executable entry; its name is the key. */
struct HostEntry {
    PathList paths;
    std::string owner; ///< see rules/places.h
    bool loosens = false;
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

    /** What speaks of the name, in the order of declaration. */
    std::span<const HostEntry> hostEntries(std::string_view name) const;

private:
    PolicySnapshot m_snapshot;
    PatternTree m_exact;
    PatternTree m_canonical;
    std::unordered_map<std::string, std::vector<HostEntry>, TextHash, std::equal_to<>> m_hosts;
};

/** As judge() by the snapshot itself, which makes an index for one decision. */
Judgement judge(const PolicyIndex& index, const ProgramFacts& program, const std::vector<std::string>& argv);

/** Of these candidates, sorted, instead of those that the index finds: what it must find is all that can match. */
Judgement judgeAmong(const PolicyIndex& index, std::span<const Candidate> candidates, const ProgramFacts& program,
                     const std::vector<std::string>& argv);

} // namespace exeat::rules
