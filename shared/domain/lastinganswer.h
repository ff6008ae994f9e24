#pragma once

#include "shared/domain/approval.h"

#include <string>
#include <vector>

namespace exeat {

/**
 * Why an answer of this kind could not keep what it promises for this question, and what to do instead; empty = it
 * can. Channels do not offer such an answer, the service refuses it. Pure; thread-safe.
 */
std::string whyNotLasting(const Approval& approval, AnswerKind kind);

/**
 * Why an allow rule would change nothing for this command, or would let out what an agent wrote; empty = it would do.
 * Beside a rule that asks it must answer prompts (PrefixRule::answersPrompts); an administrator's it does not answer.
 */
std::string whyNoAllowRule(const Command& command, const Judgement& judgement);

/**
 * The variables that follow the command out, of those that a rule names and the question showed: such an allow rule
 * carries them on, so that the program runs as it did when it was approved. Later their values are the agent's.
 */
std::vector<std::string> shownVariables(const Command& command, const Judgement& judgement);

/** The rules that ask here: those that such an allow rule would answer from then on. */
std::vector<TraceStep> promptsThatAsk(const Judgement& judgement);

} // namespace exeat
