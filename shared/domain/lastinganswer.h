#pragma once

#include "shared/domain/approval.h"

#include <string>

namespace exeat {

/**
 * Why an answer of this kind could not keep what it promises for this question, and what to do instead; empty = it
 * can. Channels do not offer such an answer, the service refuses it. Pure; thread-safe.
 */
std::string whyNotLasting(const Approval& approval, AnswerKind kind);

/**
 * Why an allow rule would change nothing for this command, or would let out what an agent wrote; empty = it would do.
 * A rule that asks beats every rule that allows (DESIGN.md §4.1), so "always" takes no effect beside one.
 */
std::string whyNoAllowRule(const Command& command, const Judgement& judgement);

} // namespace exeat
