#include "rules/patterntree.h"

#include "rules/unicode.h"
#include "shared/base/text.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace exeat::rules {
namespace {

/** So many are compared as fast as a word is looked up. */
constexpr std::size_t fewCandidates = 8;

/** Words that match caseless have equal keys. What is not UTF-8 has no case. */
std::string caselessKey(std::string_view word) {
    return isValidUtf8(word) ? canonicalFolding(word) : std::string(word);
}

} // namespace

/** Level by level, so that no deep pattern takes the room of the others. */
class PatternTree::Builder {
public:
    Builder(PatternTree& tree, std::span<const PrefixRule> rules) : m_tree(tree), m_rules(rules) {}

    void build() {
        makeNode(1);
        for (std::uint32_t rule = 0; rule < m_rules.size(); ++rule) {
            if (m_rules[rule].canonical == (m_tree.m_holds == Holds::Canonical))
                addPrograms(rule);
        }
        m_room = 4 * m_words;
        for (Place node = 1; node < m_groups.size(); ++node)
            divide(node, std::exchange(m_groups[node], {}));
        m_tree.m_candidates.shrink_to_fit();
    }

private:
    using Positions = std::uint32_t; ///< a bit each
    /** Beyond these, words do not tell rules apart. */
    static constexpr std::uint32_t positions = 32;

    /** What belongs to a node before it is divided: rules that are alike in some words. */
    struct Group {
        Positions used = 0;
        std::vector<Candidate> members;
    };

    void addPrograms(std::uint32_t rule) {
        const auto& pattern = m_rules[rule].pattern;
        if (pattern.empty())
            return;
        for (const auto& token : pattern)
            m_words += token.anyOf.size();
        const auto& programs = pattern.front().anyOf;
        for (std::uint32_t alternative = 0; alternative < programs.size(); ++alternative)
            addTo(childOf(0, programs[alternative], 1), {rule, alternative});
    }

    /** Rules stay at the node where they end, or where telling them apart is not worth it. */
    void divide(Place node, const Group& group) {
        const auto begin = static_cast<std::uint32_t>(m_tree.m_candidates.size());
        const std::uint32_t position = group.members.size() > fewCandidates ? bestPosition(group) : positions;
        if (position < positions)
            m_room -= wordsAt(group, position).words;
        for (const Candidate& member : group.members) {
            const auto& pattern = m_rules[member.rule].pattern;
            if (pattern.size() <= position || position == positions) {
                m_tree.m_candidates.push_back(member);
                continue;
            }
            for (const auto& word : pattern[position].anyOf)
                addTo(childOf(node, word, group.used | (1U << position)), member);
        }
        m_tree.m_nodes[node] = {begin, static_cast<std::uint32_t>(m_tree.m_candidates.size()), position};
    }

    struct AtPosition {
        std::size_t rules = 0; ///< that reach so far
        std::size_t words = 0; ///< of all their alternatives
    };
    AtPosition wordsAt(const Group& group, std::uint32_t position) const {
        AtPosition at;
        for (const Candidate& member : group.members) {
            const auto& pattern = m_rules[member.rule].pattern;
            if (pattern.size() <= position)
                continue;
            ++at.rules;
            at.words += pattern[position].anyOf.size();
        }
        return at;
    }

    /** The first where most rules have one word; else that with the fewest. `positions`: none is worth it. */
    std::uint32_t bestPosition(const Group& group) const {
        std::uint32_t best = positions;
        std::size_t fewest = m_room + 1;
        for (std::uint32_t position = 1; position < positions; ++position) {
            if (((group.used >> position) & 1U) != 0)
                continue;
            const AtPosition at = wordsAt(group, position);
            if (at.rules == 0 || at.words >= fewest)
                continue;
            best = position;
            fewest = at.words;
            if (at.words <= 2 * at.rules)
                break;
        }
        return best;
    }

    void addTo(Place node, Candidate member) {
        auto& members = m_groups[node].members;
        if (members.empty() || members.back() != member) // one of its words is written twice
            members.push_back(member);
    }

    Place childOf(Place parent, const std::string& text, Positions used) {
        std::string key = m_tree.m_holds == Holds::Canonical ? caselessKey(text) : text;
        m_tree.m_longestWord = std::max(m_tree.m_longestWord, key.size());
        const auto word =
            m_tree.m_words.try_emplace(std::move(key), static_cast<Word>(m_tree.m_words.size())).first->second;
        const auto [edge, isNew] =
            m_tree.m_edges.try_emplace(edgeOf(parent, word), static_cast<Place>(m_tree.m_nodes.size()));
        if (isNew)
            makeNode(used);
        return edge->second;
    }

    void makeNode(Positions used) {
        m_tree.m_nodes.emplace_back();
        m_groups.push_back({used, {}});
    }

    PatternTree& m_tree;
    std::span<const PrefixRule> m_rules;
    std::deque<Group> m_groups; ///< beside m_nodes; empty again once divided
    std::size_t m_words = 0;    ///< of all patterns
    std::size_t m_room = 0;     ///< candidates that may still be written once more
};

PatternTree::PatternTree(std::span<const PrefixRule> rules, Holds holds) : m_holds(holds) {
    Builder(*this, rules).build();
}

const PatternTree::Place* PatternTree::next(Place node, std::string_view word) const {
    std::string folded;
    if (m_holds == Holds::Canonical) {
        folded = caselessKey(word);
        word = folded;
    }
    if (word.size() > m_longestWord) // a script of 100 KiB need not be hashed
        return nullptr;
    const auto known = m_words.find(word);
    if (known == m_words.end())
        return nullptr;
    const auto edge = m_edges.find(edgeOf(node, known->second));
    return edge == m_edges.end() ? nullptr : &edge->second;
}

void PatternTree::collect(std::string_view program, const std::vector<std::string>& argv,
                          std::vector<Candidate>& into) const {
    for (const Place* place = next(0, program); place != nullptr;) {
        const Node& node = m_nodes[*place];
        into.insert(into.end(), m_candidates.begin() + node.begin, m_candidates.begin() + node.end);
        place = node.position < argv.size() ? next(*place, argv[node.position]) : nullptr;
    }
}

} // namespace exeat::rules
