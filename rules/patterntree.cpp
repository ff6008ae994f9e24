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
        makeNode(0);
        for (std::uint32_t rule = 0; rule < m_rules.size(); ++rule) {
            if (m_rules[rule].canonical == (m_tree.m_holds == Holds::Canonical))
                addPrograms(rule);
        }
        m_room = 4 * m_words;
        for (Node node = 1; node < m_groups.size(); ++node)
            divide(node, std::exchange(m_groups[node], {}));
        m_tree.m_candidates.shrink_to_fit();
    }

private:
    /** What belongs to a node before it is divided: rules whose first `depth` words are alike. */
    struct Group {
        std::size_t depth = 0;
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
    void divide(Node node, const Group& group) {
        const auto begin = m_tree.m_candidates.size();
        const std::size_t price = priceOf(group);
        const bool worthIt = group.members.size() > fewCandidates && price <= m_room;
        if (worthIt)
            m_room -= price;
        for (const Candidate& member : group.members) {
            const auto& pattern = m_rules[member.rule].pattern;
            if (!worthIt || pattern.size() <= group.depth) {
                m_tree.m_candidates.push_back(member);
                continue;
            }
            for (const auto& word : pattern[group.depth].anyOf)
                addTo(childOf(node, word, group.depth + 1), member);
        }
        m_tree.m_nodes[node] = {static_cast<std::uint32_t>(begin),
                                static_cast<std::uint32_t>(m_tree.m_candidates.size())};
    }

    std::size_t priceOf(const Group& group) const {
        std::size_t words = 0;
        for (const Candidate& member : group.members) {
            const auto& pattern = m_rules[member.rule].pattern;
            words += pattern.size() > group.depth ? pattern[group.depth].anyOf.size() : 0;
        }
        return words;
    }

    void addTo(Node node, Candidate member) {
        auto& members = m_groups[node].members;
        if (members.empty() || members.back() != member) // one of its words is written twice
            members.push_back(member);
    }

    Node childOf(Node parent, const std::string& text, std::size_t depth) {
        std::string key = m_tree.m_holds == Holds::Canonical ? caselessKey(text) : text;
        m_tree.m_longestWord = std::max(m_tree.m_longestWord, key.size());
        const auto word =
            m_tree.m_words.try_emplace(std::move(key), static_cast<Word>(m_tree.m_words.size())).first->second;
        const auto [edge, isNew] =
            m_tree.m_edges.try_emplace(edgeOf(parent, word), static_cast<Node>(m_tree.m_nodes.size()));
        if (isNew)
            makeNode(depth);
        return edge->second;
    }

    void makeNode(std::size_t depth) {
        m_tree.m_nodes.emplace_back();
        m_groups.push_back({depth, {}});
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

const PatternTree::Node* PatternTree::next(Node node, std::string_view word) const {
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
    const Node* node = next(0, program);
    for (std::size_t depth = 1; node != nullptr; ++depth) {
        const Range range = m_nodes[*node];
        into.insert(into.end(), m_candidates.begin() + range.begin, m_candidates.begin() + range.end);
        node = depth < argv.size() ? next(*node, argv[depth]) : nullptr;
    }
}

} // namespace exeat::rules
