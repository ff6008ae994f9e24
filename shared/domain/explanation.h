#pragma once

#include "shared/domain/command.h"
#include "shared/domain/policysnapshot.h"
#include "shared/domain/verdict.h"

#include <cstdint>
#include <string>
#include <vector>

/** Why a command would be allowed, asked, refused or left inside; for people and for programs that show it. */
namespace exeat {

enum class TrialOutcome {
    NotMatched,
    Matched,    ///< and counted
    NotCounted, ///< matched, but it is an allow without proof, or a person answered before
};

/** One rule that has to do with the program, and what came of it. */
struct RuleTrial {
    Layer layer = Layer::Shipped;
    std::string file;
    int line = 0;
    RuleDecision decision = RuleDecision::Prompt;
    std::vector<PatternToken> pattern;
    std::string justification;
    TrialOutcome outcome = TrialOutcome::NotMatched;
    std::string why; ///< in words: what it matched, what is missing, what would cure it
    bool operator==(const RuleTrial&) const = default;
};

enum class ProgramSearch {
    Found,
    NotFound,     ///< no such file, in PATH or at the path: rules are tried by the name alone
    ShellBuiltin, ///< Bash does it itself, also by a function; nothing is started and no rule is asked
};

struct ExplainedCommand {
    std::vector<std::string> argv;
    ProgramSearch search = ProgramSearch::NotFound;
    std::string file;               ///< absolute path as it is called
    std::string realPath;           ///< all links followed
    std::vector<std::string> names; ///< that rules may call it by
    FileOrigin origin = FileOrigin::AgentWritable;
    std::vector<RuleTrial> trials; ///< in the order of the layers
    std::uint64_t leftOut = 0;     ///< rules that found no room in the message
    Verdict verdict = Verdict::Deny;
    std::string reason;
    std::string consequence;        ///< what would happen, one sentence
    std::vector<std::string> notes; ///< what could not be known from here
    bool operator==(const ExplainedCommand&) const = default;
};

} // namespace exeat
