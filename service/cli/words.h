#pragma once

#include "shared/domain/approval.h"
#include "shared/domain/explanation.h"
#include "shared/domain/history.h"
#include "shared/domain/rulesfile.h"
#include "shared/domain/run.h"

#include <string>

/** Enums as the words of our output; stable, because scripts read them. */
namespace exeat {

std::string word(Verdict verdict); ///< denied, asked, allowed, inside
std::string word(RunEnd end);
std::string word(SandboxMode mode); ///< read-only, workspace-write, danger-full-access
std::string word(NetworkAccess network);
std::string word(AnswerSource source);
std::string word(AnswerKind kind);
std::string word(FileOrigin origin);
std::string word(RuleDecision decision);
std::string word(Layer layer);
std::string word(Vocabulary vocabulary);
std::string word(RulesFileState state); ///< good, last-good, broken
std::string word(NetworkProtocol protocol);
std::string word(FindingKind kind);
std::string word(Severity severity);
std::string word(TrialOutcome outcome); ///< not-matched, matched, not-counted
std::string word(ProgramSearch search); ///< found, not-found, shell-builtin
std::string word(RuleSandbox sandbox);

} // namespace exeat
