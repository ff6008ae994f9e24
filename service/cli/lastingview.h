#pragma once

#include "shared/wire/controlmessages.h"

#include <string>

/** What an answer that lasts will do and has done, for the person who gives it. Safe for a terminal. */
namespace exeat {

/** Whether the answer writes a rule; else it confirms a file, or is refused. */
bool writesAllowRule(const Approval& approval, AnswerKind kind);

/** Before the word is typed: which rules fall silent, and for what. */
std::string lastingPromise(const Approval& approval);

/** The same of an answer for the session or a time; empty if that goes without saying. */
std::string grantPromise(const Approval& approval, AnswerKind kind);

/** Afterwards, from the rules as they hold then: where the rule is, and how to take it back. */
std::string lastingResult(const Approval& approval, const wire::RulesListing& listing);

} // namespace exeat
