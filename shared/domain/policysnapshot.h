#pragma once

#include "shared/domain/verdict.h"

#include <cstdint>
#include <string>
#include <vector>

namespace exeat {

/** One token of a pattern: any of these words. */
struct PatternToken {
    std::vector<std::string> anyOf;
    bool operator==(const PatternToken&) const = default;
};

struct PrefixRule {
    Layer layer = Layer::Shipped;
    std::string file;
    int line = 0;
    std::vector<PatternToken> pattern;
    RuleDecision decision = RuleDecision::Prompt;
    std::string justification;
    bool loosens = true; ///< false: an allow here is shown but never counts (untrusted project layer)
    std::vector<std::string> passEnvironment;
    bool exact = false; ///< no further arguments may follow (session grants of one argv)
    /** A session grant confirmed by a person for one file: counts only for this path with this content. */
    std::string confirmedPath;
    std::string confirmedSha256;
    /** Of a session grant: the working directory that a person was shown; it counts only there. Empty = anywhere. */
    std::string workdir = {};
    /** Words compare by canonical caseless matching, the program's included (codex.md §1.3). */
    bool canonical = false;
    /** Patterns of its exceptions: where one of them matches too, the rule does not. */
    std::vector<std::vector<PatternToken>> unless;
    RuleSandbox sandbox = RuleSandbox::None;
    /** Of a project layer: the directory whose rules these are. Empty = it holds everywhere. DESIGN.md §5. */
    std::string owner = {};
    /** Of an allow: it counts against rules that ask, too. See mayAnswerPrompts(). */
    bool answersPrompts = false;
    /** Of an allow: it counts for files only whose content a person has confirmed (ConfirmedFile). */
    bool confirmedOnly = false;
    bool operator==(const PrefixRule&) const = default;
};

/**
 * Only the user says what the user is not asked about: nothing of a repository and nothing that Codex reads, too. Which
 * prompts it answers: all but an administrator's (isAdministrators()).
 */
inline bool mayAnswerPrompts(const PrefixRule& rule) {
    return rule.answersPrompts && rule.decision == RuleDecision::Allow && rule.layer == Layer::User && rule.loosens;
}

struct HostExecutable {
    std::string name;
    std::vector<std::string> paths;
    bool loosens = true;
    std::string file = {};
    int line = 0;
    std::string owner = {}; ///< as PrefixRule::owner
    bool operator==(const HostExecutable&) const = default;
};

/** A file of the user's that a person confirmed: rules that name it count for this content. DESIGN.md §4.2. */
struct ConfirmedFile {
    std::string path; ///< symbolic links followed
    std::string sha256;
    bool operator==(const ConfirmedFile&) const = default;
};

/** Rules that hold and are not, or not all, in a snapshot: there is no room for them. What they might bind is refused.
 */
struct MissingRules {
    std::string owner; ///< as PrefixRule::owner; empty = everything is refused
    std::string why;   ///< for a person, with the cure
    bool operator==(const MissingRules&) const = default;
};

/**
 * All rules that hold for a session at one moment; immutable, replaced as a whole. `directories` are the working
 * directories whose layers are in it: an exec elsewhere needs a new snapshot first.
 */
struct PolicySnapshot {
    std::uint64_t version = 0;
    std::vector<PrefixRule> rules;
    std::vector<HostExecutable> hostExecutables;
    std::string project; ///< of the session, symbolic links followed; empty = none
    /** Directories whose rules may loosen at all: those of the session's project, from its root down. DESIGN.md §5. */
    std::vector<std::string> projectLayers;
    std::vector<std::string> directories;
    /** Writable roots of every session ever recorded: what lies below was perhaps written by an agent. */
    std::vector<std::string> agentWritableRoots;
    /** The user's home folder, links followed: a person can confirm what lies in it. Empty = nothing. */
    std::string home;
    std::vector<ConfirmedFile> confirmedFiles;
    /** A broken file without a last good version: every rule-driven allow becomes a prompt. Empty = none. */
    std::string brokenNote;
    std::vector<MissingRules> missing;
    bool operator==(const PolicySnapshot&) const = default;
};

} // namespace exeat
