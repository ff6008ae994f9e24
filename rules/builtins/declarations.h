#pragma once

#include "rules/evaluate/native.h"
#include "rules/policy.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/** What the calls of one file declare. */
namespace exeat::rules {

/** One `match` or `not_match` entry as words. */
struct Example {
    Position at;
    std::vector<std::string> words;
};

/** Of one prefix_rule call; they are checked when the whole file has run (codex.md §1.5). */
struct Examples {
    std::vector<Example> match;
    std::vector<Example> notMatch;
};

struct Declarations {
    std::vector<PrefixRule> rules;     ///< without file and layer
    std::vector<Examples> examples;    ///< beside the rules
    std::vector<HostExecutable> hosts; ///< in the order of their calls; of one name the last counts
    std::vector<NetworkRule> network;
    std::size_t programs = 0; ///< of all rules, alternatives counted
};

/** A copy for what outlives the run; it counts as what the run takes, or few lines could declare gigabytes. */
Raisable<std::string> kept(Evaluation& evaluation, std::string_view text);

/** The builtins, each in its own file. `into` outlives them. */
Native prefixRuleBuiltin(Declarations& into, Vocabulary vocabulary);
Native hostExecutableBuiltin(Declarations& into, Vocabulary vocabulary);
Native networkRuleBuiltin(Declarations& into);

/** Raises unless `decision` is one of those of Codex's rules; Allow where the argument was left out. */
Raisable<RuleDecision> decisionOf(Evaluation& evaluation, const NativeCall& call, std::size_t parameter);

/** Raises where it says nothing; empty where the argument was left out. */
Raisable<std::string> justificationOf(Evaluation& evaluation, const NativeCall& call, std::size_t parameter);

/** The first example that `rule` does not answer as it says; nothing if all do. */
std::optional<Fault> checkExamples(const PrefixRule& rule, const Examples& examples,
                                   std::span<const HostExecutable> hosts);

} // namespace exeat::rules
