#pragma once

#include "shared/base/error.h"
#include "shared/domain/policysnapshot.h"
#include "shared/domain/rulesfile.h"
#include "shared/domain/verdict.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/**
 * The policy engine: text and facts in, verdict and trace out. No files, no clock, no Qt. Pure functions; thread-safe.
 * The language is Codex's dialect of Starlark (codex.md §1.2): language/ reads it, evaluate/ runs it, builtins/ are
 * its prefix_rule(), host_executable() and network_rule().
 */
namespace exeat::rules {

/** A function of a rules file that had been called and not returned. */
struct RulesCaller {
    std::string function;
    int line = 0; ///< of the call
    int column = 0;
    std::string excerpt; ///< the line of the call, as RulesError::excerpt
    int excerptColumn = 1;
    bool operator==(const RulesCaller&) const = default;
};

/** Where a rules file is wrong. Lines and columns are 1-based and count characters. */
struct RulesError {
    std::string file;
    int line = 0;
    int column = 0;
    std::string message;
    std::string excerpt;              ///< the line itself; of a long one what lies around `column`, "…" where cut
    int excerptColumn = 1;            ///< of the excerpt's first character
    std::vector<RulesCaller> callers; ///< outermost first; empty outside of functions
    bool operator==(const RulesError&) const = default;
};

/** For a terminal: `file:line:column: message`, the line with a caret under the place, and the calls that led there. */
std::string errorText(const RulesError& error);

/** A line, indented, and a caret below the character with `character` others before it, wherever escapes moved it. */
std::string underlined(std::string_view excerpt, int character);

struct RulesFile {
    std::vector<PrefixRule> rules;
    std::vector<HostExecutable> hostExecutables; ///< a path may begin with `~/`, the user's home folder
    std::vector<NetworkRule> networkRules;
    /** Places in `rules` of those without `match`, for lint: no part of what the file means. */
    std::vector<std::size_t> withoutExamples;
    bool operator==(const RulesFile& other) const {
        return rules == other.rules && hostExecutables == other.hostExecutables && networkRules == other.networkRules;
    }
};

/** As if the text of `more` followed that of `all` in the same layer. */
void append(RulesFile& all, const RulesFile& more);

using exeat::NetworkProtocol;
using exeat::NetworkRule;
using exeat::Vocabulary;

/**
 * One file's text, run as a program: what it declares, or its first fault. Rules and entries come back with `file` and
 * `line`, rules with `layer`; examples (match, not_match) are checked. Whatever the text is, it ends within the bounds
 * of limits.h (`rules…`).
 */
std::expected<RulesFile, RulesError> parseRules(std::string_view text, const std::string& file, Layer layer,
                                                Vocabulary vocabulary);

/** The same, for as much work as is left in `work`: bytes of text and steps. Takes from it what was spent. */
std::expected<RulesFile, RulesError> parseRules(std::string_view text, const std::string& file, Layer layer,
                                                Vocabulary vocabulary, std::size_t& work);

/** The words of a command line as the Rust crate `shlex` splits them (codex.md §1.5); an error for bad quoting. */
Result<std::vector<std::string>> splitWords(std::string_view line);

/** How sure we are of what the file is. DESIGN.md §4.2. */
struct ProgramFacts {
    std::string calledAs; ///< argv[0]'s file as given to execve, absolute
    std::string realPath;
    std::vector<std::string> names;      ///< all basenames it goes by
    std::vector<std::string> equalPaths; ///< absolute paths among the rules that are this file by device and inode
    bool unplantable = false;            ///< DESIGN.md §4.2
    std::string sha256;                  ///< hex, only filled where realPath is a confirmed one
    bool confirmable = false;            ///< a person can confirm it: the user's own, in no agent's reach
    bool namesOnlyByPath = false;        ///< --preserve-program-paths
    bool calledByOwnName = true;         ///< argv[0] is the file as given to execve, or its basename
    bool outside = false;                ///< the caller runs outside already (DESIGN.md §4.5; gate only)
    /** The session's project, the call's workdir, the real working directory; links followed. See rules/places.h. */
    std::vector<std::string> places = {};
    CallerReach reach = {}; ///< of the caller: an allow into a sandbox= that gives no more loosens nothing
};

/** Absolute paths that the snapshot's rules and host_executable entries mention, for the caller to compare by inode. */
std::vector<std::string> mentionedPaths(const PolicySnapshot& snapshot);

/**
 * All matching rules; the strictest that counts decides: forbidden > prompt > allow (DESIGN.md §4.1-4.4). Forbidden and
 * prompt apply if any name or path matches; allow needs an absolute path in the rule, a host_executable entry, an
 * unplantable file, or a person's confirmation of path and content, and the program's own name in argv[0]: many
 * programs act by that (`git-clone` is `git clone`). An allow into a sandbox= no wider than the caller's own
 * tightens, so a name is enough for it; of the sandboxes of all allow and prompt rules that count, what all of them
 * give is it. Nothing matches: Inside. Where rules that would bind are missing from the snapshot, what none refuses is
 * refused. For more than one decision make a PolicyIndex of the snapshot (policyindex.h).
 */
Judgement judge(const PolicySnapshot& snapshot, const ProgramFacts& program, const std::vector<std::string>& argv);

} // namespace exeat::rules
