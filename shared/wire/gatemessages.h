#pragma once

#include "shared/base/error.h"
#include "shared/domain/command.h"
#include "shared/domain/danger.h"
#include "shared/domain/exitstatus.h"
#include "shared/domain/history.h"
#include "shared/domain/ids.h"
#include "shared/domain/policysnapshot.h"
#include "shared/domain/sandboxspec.h"
#include "shared/domain/verdict.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/**
 * What exeatd and a gate say to each other over an inherited stream socket (FdChannel). Both are trusted and of one
 * build. The gate answers Inside and Deny itself; Ask and Escalate go to the service and wait for its answer.
 */
namespace exeat::wire {

// ---- service -> gate ----------------------------------------------------------------------------------------------

/** First message; the gate does nothing before it. */
struct GateConfig {
    std::uint32_t version = 0;
    SessionId session;
    std::string bashPath;       ///< shell with the exec-wrapper patch
    std::string execHelperPath; ///< exeat-exec
    std::string bwrapPath;
    std::vector<std::string> loginEnvironment; ///< NAME=value; what every command outside starts from
    bool namesOnlyByPath = false;              ///< --preserve-program-paths: only path rules loosen
    /** The same for a command in a sandbox that a rule names: without what leads to hidden sockets. */
    std::vector<std::string> sandboxedEnvironment;
    bool operator==(const GateConfig&) const = default;
};

struct SetPolicy {
    PolicySnapshot snapshot;
    bool operator==(const SetPolicy&) const = default;
};

/** Carries three descriptors: standard input (read), output and error (write); output and error may be one file. */
struct StartRun {
    RunId run;
    std::string script;
    bool login = false;
    std::string workdir;
    std::vector<std::string> environment; ///< NAME=value, the agent's, for Bash inside
    SandboxSpec sandbox;
    /** What sandbox="workspace-write" of a rule means here; the other kinds are this with the network, or read-only. */
    SandboxSpec workspace;
    HeuristicSettings heuristics;
    bool operator==(const StartRun&) const = default;
};

/** Ends the run's whole tree at once; RunEnded follows. Unknown runs are ignored. */
struct KillRun {
    RunId run;
    bool operator==(const KillRun&) const = default;
};

/** The service's word on an ExecRequest. */
struct ExecAnswer {
    RunId run;
    ExecId exec;
    Verdict verdict = Verdict::Deny; ///< Deny, Escalate or Inside
    std::string reason;              ///< shown to the program on Deny
    std::vector<std::string> passEnvironment;
    bool operator==(const ExecAnswer&) const = default;
};

using ToGate = std::variant<GateConfig, SetPolicy, StartRun, KillRun, ExecAnswer>;

// ---- gate -> service ----------------------------------------------------------------------------------------------

/** Answers GateConfig. */
struct GateReady {
    std::uint32_t version = 0;
    bool operator==(const GateReady&) const = default;
};

struct RunStarted {
    RunId run;
    bool operator==(const RunStarted&) const = default;
};

/** The run never started; nothing of it is left. */
struct RunRefused {
    RunId run;
    ErrorKind kind = ErrorKind::System;
    std::string text;
    bool operator==(const RunRefused&) const = default;
};

/** Bash ended and nothing of the run's tree is alive any more, inside or outside, but what is said. */
struct RunEnded {
    RunId run;
    ExitStatus status;
    std::vector<std::string> left; ///< processes outside that may not be signalled, one line each for a person
    std::string unprotected;       ///< the gate ended it because its protection was lost: the whole story; else empty
    bool operator==(const RunEnded&) const = default;
};

/**
 * Ask or Escalate: the service records it, asks if need be, and answers with ExecAnswer. What the danger list asks
 * about (Judgement::dangers) is answered with Inside or Deny.
 */
struct ExecRequest {
    RunId run;
    ExecId exec;
    Command command;
    Judgement judgement;
    std::string sha256; ///< exactly this content will run, if it is pinned; a person is shown no other
    bool operator==(const ExecRequest&) const = default;
};

/** The caller of an unanswered ExecRequest is gone: withdraw the question. */
struct ExecWithdrawn {
    RunId run;
    ExecId exec;
    bool operator==(const ExecWithdrawn&) const = default;
};

/** Execs that the gate decided alone (Inside, Deny) and ends of escalated ones (`ended`), in batches. */
struct ExecRecords {
    std::vector<ExecRecord> records;
    bool operator==(const ExecRecords&) const = default;
};

/** An exec in a folder the snapshot does not cover; SetPolicy with it in `directories` follows. */
struct NeedDirectory {
    std::string directory;
    bool operator==(const NeedDirectory&) const = default;
};

using FromGate =
    std::variant<GateReady, RunStarted, RunRefused, RunEnded, ExecRequest, ExecWithdrawn, ExecRecords, NeedDirectory>;

std::string encode(const ToGate& message);
std::string encode(const FromGate& message);
Result<ToGate> decodeToGate(std::string_view bytes);
Result<FromGate> decodeFromGate(std::string_view bytes);

} // namespace exeat::wire
