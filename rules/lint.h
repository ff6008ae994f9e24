#pragma once

#include "rules/policy.h"
#include "shared/domain/rulesfile.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace exeat::rules {

enum class Examples { None, Some };

struct LintedRule {
    PrefixRule rule;
    Examples examples = Examples::Some;
};

/** A program of this name that is not proven: its bare name in an allow rule frees nothing (DESIGN.md §4.2). */
struct UnprovenProgram {
    std::string name;
    std::string path;
};

/** What is looked at together. Rules and entries are in the order of the layers, lowest first. */
struct LintInput {
    std::span<const LintedRule> rules;
    std::span<const HostExecutable> hosts;
    std::span<const UnprovenProgram> unproven;
    /** What a person confirmed; nothing if that is not known. */
    std::optional<std::span<const ConfirmedFile>> confirmed = {};
};

/**
 * What is unwise or without effect in rules that are well formed; by file and line. All advice: nothing here decides.
 * Pure; thread-safe. Bounded by limits::lintWork: beyond it rules are no longer compared with each other, and one
 * finding says so.
 */
std::vector<RulesFinding> lint(const LintInput& input);

/** Bare names that allow rules use: what to find out for LintInput::unproven. Each once, sorted. */
std::vector<std::string> namesAllowed(std::span<const LintedRule> rules);

} // namespace exeat::rules
