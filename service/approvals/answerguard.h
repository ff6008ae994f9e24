#pragma once

#include "service/session/peerguard.h"
#include "shared/base/error.h"
#include "shared/domain/approval.h"

namespace exeat {

enum class PeerProgram { Unknown, OurCommandLine, OurDesktop };
enum class PeerTerminal { Missing, Present };
enum class DesktopPresence { Absent, Connected };

/** Everything the guard knows about who answers; facts of the kernel, never of the message. */
struct AnswerContext {
    AnswerSource source = AnswerSource::Nobody;
    PeerStanding standing = PeerStanding::DescendsFromRun;
    PeerTerminal terminal = PeerTerminal::Missing;
    PeerProgram program = PeerProgram::Unknown;
    DesktopPresence desktop = DesktopPresence::Absent;
};

/**
 * Who may give which answer to which question (DESIGN.md §4.8, §8). Denying is free for every channel; allowing needs
 * proof of a person. The error says why and who may. Pure; thread-safe. It does not know whether the question is still
 * open: ApprovalQueue::answer() does.
 */
Result<void> mayAnswer(const AnswerContext& context, const Answer& answer, const Approval& approval);

/** Who may accept the rules of a repository, or anything else that loosens for good without a question (DESIGN.md §8).
 */
Result<void> mayTrust(const AnswerContext& context);

} // namespace exeat
