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
std::string word(Layer layer) {
    switch (layer) {
    case Layer::Shipped: return "shipped";
    case Layer::System: return "system";
    case Layer::User: return "user";
    case Layer::Project: return "project";
    case Layer::Session: return "session";
    case Layer::Requirements: return "requirements";
    }
    return "unknown";
}

std::string word(Vocabulary vocabulary) {
    switch (vocabulary) {
    case Vocabulary::Codex: return "codex";
    case Vocabulary::Exeat: return "exeat";
    }
    return "unknown";
}

std::string word(RulesFileState state) {
    switch (state) {
    case RulesFileState::Good: return "good";
    case RulesFileState::LastGood: return "last-good";
    case RulesFileState::Broken: return "broken";
    }
    return "unknown";
}

std::string word(NetworkProtocol protocol) {
    switch (protocol) {
    case NetworkProtocol::Http: return "http";
    case NetworkProtocol::Https: return "https";
    case NetworkProtocol::Socks5Tcp: return "socks5_tcp";
    case NetworkProtocol::Socks5Udp: return "socks5_udp";
    }
    return "unknown";
}

std::string word(FindingKind kind) {
    switch (kind) {
    case FindingKind::Broken: return "broken";
    case FindingKind::NeverMatches: return "never-matches";
    case FindingKind::RelativeProgram: return "relative-program";
    case FindingKind::Duplicate: return "duplicate";
    case FindingKind::Shadowed: return "shadowed";
    case FindingKind::EqualsNoSandbox: return "equals-no-sandbox";
    case FindingKind::DoesNotCount: return "does-not-count";
    case FindingKind::AnswersPrompts: return "answers-prompts";
    case FindingKind::NoExample: return "no-example";
    case FindingKind::NotAllCompared: return "not-all-compared";
    }
    return "unknown";
}

std::string word(Severity severity) {
    switch (severity) {
    case Severity::Error: return "error";
    case Severity::Warning: return "warning";
    case Severity::Hint: return "hint";
    }
    return "unknown";
}

std::string word(TrialOutcome outcome) {
    switch (outcome) {
    case TrialOutcome::NotMatched: return "not-matched";
    case TrialOutcome::Matched: return "matched";
    case TrialOutcome::NotCounted: return "not-counted";
    }
    return "unknown";
}

std::string word(ProgramSearch search) {
    switch (search) {
    case ProgramSearch::Found: return "found";
    case ProgramSearch::NotFound: return "not-found";
    case ProgramSearch::ShellBuiltin: return "shell-builtin";
    }
    return "unknown";
}

std::string word(RuleSandbox sandbox) {
    switch (sandbox) {
    case RuleSandbox::None: return "none";
    case RuleSandbox::ReadOnly: return "read-only";
    case RuleSandbox::WorkspaceWrite: return "workspace-write";
    case RuleSandbox::Network: return "network";
    }
    return "unknown";
}
// clang-format on

} // namespace exeat
