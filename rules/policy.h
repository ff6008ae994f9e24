#pragma once

#include "shared/base/error.h"
#include "shared/domain/policysnapshot.h"
#include "shared/domain/verdict.h"

#include <string>
#include <string_view>
#include <vector>

/**
 * The policy engine: text and facts in, verdict and trace out. No files, no clock, no Qt. Pure functions; thread-safe.
 * The language here is the flat subset of Codex's `.rules` (literal calls of prefix_rule and host_executable); the
 * Starlark engine of a later issue replaces parseRules() behind this header.
 */
namespace exeat::rules {

/** Where a rules file is wrong. Lines and columns are 1-based and count characters. */
struct RulesError {
    std::string file;
    int line = 0;
    int column = 0;
    std::string message;
    std::string excerpt; ///< the line itself
    bool operator==(const RulesError&) const = default;
};

struct RulesFile {
    std::vector<PrefixRule> rules;
    std::vector<HostExecutable> hostExecutables;
};

/** Which words a file may use: `.codex` folders stay strictly in Codex's vocabulary. DESIGN.md §5. */
enum class Vocabulary { Codex, Exeat };

/** One file's text. Rules come back with `file`, `line`, `layer`; examples (match, not_match) are checked. */
std::expected<RulesFile, RulesError> parseRules(std::string_view text, const std::string& file, Layer layer,
                                                Vocabulary vocabulary);

/** The words of a command line as the Rust crate `shlex` splits them (codex.md §1.5); an error for bad quoting. */
Result<std::vector<std::string>> splitWords(std::string_view line);

/** How sure we are of what the file is. DESIGN.md §4.2. */
struct ProgramFacts {
    std::string calledAs; ///< argv[0]'s file as given to execve, absolute
    std::string realPath;
    std::vector<std::string> names;      ///< all basenames it goes by
    std::vector<std::string> equalPaths; ///< absolute paths among the rules that are this file by device and inode
    bool unplantable = false;            ///< DESIGN.md §4.2
    std::string sha256;                  ///< hex, only filled where a rule has confirmedPath == realPath
    bool namesOnlyByPath = false;        ///< --preserve-program-paths
    bool calledByOwnName = true;         ///< argv[0] is the file as given to execve, or its basename
    bool outside = false;                ///< the caller runs outside already (DESIGN.md §4.5; gate only)
};

/** Absolute paths that the snapshot's rules and host_executable entries mention, for the caller to compare by inode. */
std::vector<std::string> mentionedPaths(const PolicySnapshot& snapshot);

/**
 * All matching rules; the strictest that counts decides: forbidden > prompt > allow (DESIGN.md §4.1-4.4). Forbidden and
 * prompt apply if any name or path matches; allow needs an absolute path in the rule, a host_executable entry, an
 * unplantable file, or a person's confirmation of path and content, and the program's own name in argv[0]: many
 * programs act by that (`git-clone` is `git clone`). Nothing matches: Inside.
 */
Judgement judge(const PolicySnapshot& snapshot, const ProgramFacts& program, const std::vector<std::string>& argv);

} // namespace exeat::rules
