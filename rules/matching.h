#pragma once

#include "shared/domain/policysnapshot.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/** How a pattern meets a command: token by token, byte for byte or, where a rule says so, caseless (codex.md §1.3-1.4).
 */
namespace exeat::rules {

/** Lexical: no `//`, `/./`, `/../`, no trailing slash. `path` is absolute. */
std::string normalPath(std::string_view path);

/** One word of a pattern against one of a command. */
bool wordMatches(const PrefixRule& rule, std::string_view token, std::string_view word);

/** Everything of the pattern behind its first token, and `exact`. */
bool argumentsMatch(const PrefixRule& rule, const std::vector<std::string>& argv);

/**
 * Whether one of the rule's exceptions matches the command. `isProgram` answers for the first words of their patterns
 * as the caller answered for the rule's own; an exception never matches where it can only guess.
 */
bool isExcepted(const PrefixRule& rule, const std::vector<std::string>& argv,
                const std::function<bool(const PatternToken&)>& isProgram);

/** The words of the command that the pattern covers, the first spelled `program`. argumentsMatch() must hold. */
std::vector<std::string> coveredWords(const PrefixRule& rule, std::string_view program,
                                      const std::vector<std::string>& argv);

/** One match as `codex execpolicy check` reports it. */
struct LookupMatch {
    const PrefixRule* rule = nullptr;
    std::vector<std::string> matchedPrefix;
    std::string resolvedProgram; ///< empty: matched as spelled
};

/** Absolute; empty where it is not known, and then what would begin there is not resolved. */
struct LookupPlaces {
    std::string workdir; ///< of relative programs
    std::string home;    ///< of `~` and `~/…`
};

/**
 * Codex's own lookup (codex.md §1.4, points 1, 2, 3, 5), for examples and for `execpolicy check`; live decisions use
 * judge(). With `resolve`, a program falls back to the rules for the basename of its path if no exact rule matched.
 * Lists in `rules` and `hosts` are in the order of declaration. First come the rules that spell the program as the
 * command does, then the others that match caseless.
 */
std::vector<LookupMatch> codexLookup(std::span<const PrefixRule> rules, std::span<const HostExecutable> hosts,
                                     const std::vector<std::string>& argv, const std::optional<LookupPlaces>& resolve);

} // namespace exeat::rules
