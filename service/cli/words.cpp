#include "service/cli/words.h"

namespace exeat {

// clang-format off
std::string word(Verdict verdict) {
    switch (verdict) {
    case Verdict::Deny: return "denied";
    case Verdict::Ask: return "asked";
    case Verdict::Escalate: return "allowed";
    case Verdict::Inside: return "inside";
    }
    return "unknown";
}

std::string word(RunEnd end) {
    switch (end) {
    case RunEnd::Exited: return "exited";
    case RunEnd::TimedOut: return "timed-out";
    case RunEnd::Cancelled: return "cancelled";
    case RunEnd::Stopped: return "stopped";
    case RunEnd::AgentGone: return "agent-gone";
    case RunEnd::Failed: return "failed";
    case RunEnd::Unprotected: return "unprotected";
    case RunEnd::Lost: return "lost";
    }
    return "unknown";
}

std::string word(SandboxMode mode) {
    switch (mode) {
    case SandboxMode::ReadOnly: return "read-only";
    case SandboxMode::WorkspaceWrite: return "workspace-write";
    case SandboxMode::FullAccess: return "danger-full-access";
    }
    return "unknown";
}

std::string word(NetworkAccess network) {
    switch (network) {
    case NetworkAccess::Off: return "off";
    case NetworkAccess::On: return "on";
    }
    return "unknown";
}

std::string word(AnswerSource source) {
    switch (source) {
    case AnswerSource::Nobody: return "nobody";
    case AnswerSource::CommandLine: return "command-line";
    case AnswerSource::Desktop: return "desktop";
    case AnswerSource::Client: return "client";
    case AnswerSource::Rule: return "rule";
    }
    return "unknown";
}

std::string word(AnswerKind kind) {
    switch (kind) {
    case AnswerKind::Deny: return "deny";
    case AnswerKind::AllowOnce: return "once";
    case AnswerKind::AllowSession: return "session";
    case AnswerKind::AllowFor: return "for-a-time";
    case AnswerKind::AllowAlways: return "always";
    case AnswerKind::DenyAlways: return "deny-always";
    }
    return "unknown";
}

std::string word(FileOrigin origin) {
    switch (origin) {
    case FileOrigin::Unplantable: return "system";
    case FileOrigin::UserOwned: return "user";
    case FileOrigin::AgentWritable: return "agent-writable";
    }
    return "unknown";
}

std::string word(RuleDecision decision) {
    switch (decision) {
    case RuleDecision::Allow: return "allow";
    case RuleDecision::Prompt: return "prompt";
    case RuleDecision::Forbidden: return "forbidden";
    }
    return "unknown";
}
// clang-format on

} // namespace exeat
