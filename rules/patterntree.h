#pragma once

#include "shared/domain/policysnapshot.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace exeat::rules {

/** A rule that may match, by one of the alternatives of its first token. */
struct Candidate {
    std::uint32_t rule = 0;        ///< its place in the list that the tree was made of
    std::uint32_t alternative = 0; ///< place in the first token's `anyOf`
    auto operator<=>(const Candidate&) const = default;
};

/** So that a table of strings is asked without making one. */
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/**
 * Which rules may match a command, found by its words instead of by walking all of them. It never leaves out one that
 * matches; that one matches indeed is for argumentsMatch() to say. Patterns are told apart word by word from the left
 * only where many begin alike, and never at the price of more memory than a few times their words. Immutable.
 */
class PatternTree {
public:
    /** Canonical rules compare caseless (codex.md §1.3), so a tree holds either these or the others. */
    enum class Holds { Exact, Canonical };
    PatternTree(std::span<const PrefixRule> rules, Holds holds);

    bool isEmpty() const { return m_edges.empty(); }
    /** Of rules that call the program `program`; the first word of `argv` is not looked at. Adds, unsorted. */
    void collect(std::string_view program, const std::vector<std::string>& argv, std::vector<Candidate>& into) const;

private:
    using Node = std::uint32_t; ///< place in m_nodes; the root is 0
    using Word = std::uint32_t; ///< place of a word among all that were seen
    struct Range {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };
    class Builder;

    static std::uint64_t edgeOf(Node node, Word word) { return std::uint64_t{node} << 32 | word; }
    const Node* next(Node node, std::string_view word) const;

    Holds m_holds;
    std::size_t m_longestWord = 0;
    std::unordered_map<std::string, Word, TextHash, std::equal_to<>> m_words;
    std::unordered_map<std::uint64_t, Node> m_edges;
    std::vector<Range> m_nodes; ///< in m_candidates: the rules that are not told apart any further
    std::vector<Candidate> m_candidates;
};

} // namespace exeat::rules
