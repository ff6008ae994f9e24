#pragma once

#include "shared/base/error.h"
#include "shared/domain/command.h"
#include "shared/domain/policysnapshot.h"
#include "shared/domain/verdict.h"

#include <optional>
#include <string>

namespace exeat {

/** Which names a rule for a command may go by. */
enum class GrantNames { ProgramName, PathOnly };

/**
 * The rule that covers exactly this argv and nothing else. A proven file goes by its name, any other by path and
 * `sha256` (hex). Nothing if no rule says it: argv[0] is not a name of the file, so that a program which acts by
 * argv[0] would do something else under the same rule.
 */
std::optional<PrefixRule> grantFor(const Command& command, RuleDecision decision, const std::string& sha256,
                                   GrantNames names);

/**
 * The rule of the user's own that lets exactly this argv out from now on and answers what asks about it now. A file of
 * the user's goes by its path, which counts while its content is the confirmed one: the caller has confirmed it. It
 * runs where it would run now, with the variables that the question showed. Nothing: as grantFor(), or an agent could
 * write the file.
 */
std::optional<PrefixRule> lastingAllowFor(const Command& command, const Judgement& judgement, GrantNames names);

/** SHA-256 of the judged file, in hex; refused if the path no longer leads to it, or it is larger than 256 MiB. */
Result<std::string> hashJudged(const Command& command);

} // namespace exeat
