#include "rules/policyindex.h"

#include <algorithm>
#include <utility>

namespace exeat::rules {

PathList::PathList(std::vector<std::string> paths) : m_sorted(std::move(paths)) {
    std::sort(m_sorted.begin(), m_sorted.end());
}

bool PathList::holdsAny(const std::vector<std::string>& paths) const {
    return std::any_of(paths.begin(), paths.end(), [this](const std::string& path) {
        return std::binary_search(m_sorted.begin(), m_sorted.end(), path);
    });
}

PolicyIndex::PolicyIndex(PolicySnapshot snapshot)
    : m_snapshot(std::move(snapshot)), m_exact(m_snapshot.rules, PatternTree::Holds::Exact),
      m_canonical(m_snapshot.rules, PatternTree::Holds::Canonical) {
    for (const auto& host : m_snapshot.hostExecutables)
        m_hosts[host.name].push_back({PathList(host.paths), host.owner, host.loosens});
}

std::vector<Candidate> PolicyIndex::candidates(const ProgramFacts& program,
                                               const std::vector<std::string>& argv) const {
    std::vector<Candidate> found;
    for (const PatternTree* tree : {&m_exact, &m_canonical}) {
        if (tree->isEmpty())
            continue;
        for (const auto* words : {&program.names, &program.equalPaths}) {
            for (const auto& word : *words)
                tree->collect(word, argv, found);
        }
        tree->collect(program.calledAs, argv, found);
        tree->collect(program.realPath, argv, found);
        if (!argv.empty())
            tree->collect(argv.front(), argv, found); // a relative path in a rule
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::span<const HostEntry> PolicyIndex::hostEntries(std::string_view name) const {
    const auto found = m_hosts.find(name);
    return found == m_hosts.end() ? std::span<const HostEntry>{} : found->second;
}

} // namespace exeat::rules
