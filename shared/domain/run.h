#pragma once

#include "shared/domain/exitstatus.h"
#include "shared/domain/ids.h"
#include "shared/domain/sandboxspec.h"
#include "shared/domain/verdict.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace exeat {

/** Why a run ended. */
enum class RunEnd {
    Exited,      ///< Bash ended by itself or by a signal from inside
    TimedOut,    ///< its time was over; output so far is kept
    Cancelled,   ///< by the client
    Stopped,     ///< by shell_stop or a person
    AgentGone,   ///< the shim's connection ended
    Failed,      ///< it could not be started; `failure` says why and what to do
    Lost,        ///< supervisor or service died
    Unprotected, ///< ended by us, because what it must not write was replaced from outside; `failure` tells
};

/** An exec that was refused or asked, for the agent: what happened and what is allowed instead. */
struct ExecNotice {
    ExecId exec;
    Verdict verdict = Verdict::Deny; ///< Deny, or Escalate/Inside after a question
    bool asked = false;
    std::vector<std::string> argv;
    std::string reason;
    std::string alternative;                 ///< may be empty
    RuleSandbox sandbox = RuleSandbox::None; ///< with Escalate: where it ran
    bool operator==(const ExecNotice&) const = default;
};

/** The outcome of a call. Output is bytes as it came; the edges make text of it. */
struct RunResult {
    RunId run;
    RunEnd end = RunEnd::Failed;
    ExitStatus status;
    std::string failure; ///< for Failed, Lost and Unprotected
    std::string output;  ///< both streams in the order they were read, with a mark where the middle was dropped
    std::uint64_t droppedBytes = 0;
    bool streamsSeparate = false; ///< standardOutput/standardError are filled
    std::string standardOutput;
    std::string standardError;
    std::int64_t durationNanoseconds = 0; ///< without the time a person took
    std::vector<ExecNotice> notices;
    /** The sandbox it really ran in, a granted wider one included; absent if none was chosen yet. */
    std::optional<SandboxMode> sandboxMode = std::nullopt;
    std::optional<NetworkAccess> sandboxNetwork = std::nullopt;
    bool operator==(const RunResult&) const = default;
};

/** One line of `exeat runs`. Times are milliseconds since 1970 UTC. */
struct RunSummary {
    RunId run;
    SessionId session;
    std::string agent;
    std::string command;
    std::string workdir;
    SandboxMode mode = SandboxMode::ReadOnly;
    NetworkAccess network = NetworkAccess::Off;
    std::int64_t startedAt = 0;
    std::int64_t endedAt = 0; ///< 0 = still running
    RunEnd end = RunEnd::Lost;
    ExitStatus status;
    std::string note; ///< what else is to be known about its end; mostly empty
    bool operator==(const RunSummary&) const = default;
};

} // namespace exeat
