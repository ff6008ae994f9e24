#pragma once

#include "rules/literal.h"
#include "rules/policy.h"

#include <expected>
#include <vector>

namespace exeat::rules {

/** One `match` or `not_match` entry as words. */
struct Example {
    Position at;
    std::vector<std::string> words;
};

/** A prefix_rule call with its examples, which are checked when the whole file has run (codex.md §1.5). */
struct DeclaredRule {
    PrefixRule rule;
    std::vector<Example> match;
    std::vector<Example> notMatch;
};

/** Checks a prefix_rule call in the order of codex.md §1.3. Fills neither file nor layer. */
std::expected<DeclaredRule, Fault> declareRule(const Call& call, Vocabulary vocabulary);

/** Checks a host_executable call. Paths come back lexically normal and without doubles. */
std::expected<HostExecutable, Fault> declareHost(const Call& call);

/** Checks a network_rule call; nothing is enforced yet, so nothing comes back. */
std::expected<void, Fault> checkNetworkRule(const Call& call);

} // namespace exeat::rules
