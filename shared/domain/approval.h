#pragma once

#include "shared/domain/command.h"
#include "shared/domain/ids.h"
#include "shared/domain/sandboxspec.h"
#include "shared/domain/verdict.h"

#include <cstdint>
#include <string>
#include <vector>

namespace exeat {

/** What is asked: one program wants out, or a whole call wants a wider sandbox. */
enum class ApprovalKind { Exec, WiderSandbox };

enum class AnswerKind { Deny, AllowOnce, AllowSession, AllowFor, AllowAlways, DenyAlways };

/** Who answered. `Nobody` carries no permission: lost channel, gone run, full queue. */
enum class AnswerSource { Nobody, CommandLine, Desktop, Client, Rule };

/** A question as every channel shows it. All text is data of an agent unless said otherwise. */
struct Approval {
    ApprovalId id;
    std::string contentHash; ///< SHA-256 hex of what is asked; an answer must repeat it
    ApprovalKind kind = ApprovalKind::Exec;
    SessionId session;
    RunId run;
    ExecId exec;
    std::string agent; ///< claimed name
    std::string projectRoot;
    std::string branch;                          ///< of the repository, empty if none
    std::string script;                          ///< the call's whole command
    Command command;                             ///< for Exec; of WiderSandbox only `workdir`, the call's
    std::string shell;                           ///< that runs `script`, where the client chose another than ours
    SandboxMode mode = SandboxMode::ReadOnly;    ///< for WiderSandbox, and where a danger would run
    NetworkAccess network = NetworkAccess::Off;  ///< as mode
    std::vector<std::string> extraWritableRoots; ///< as mode; of a danger all of them
    std::string agentJustification;              ///< the agent's own words
    Judgement judgement;
    std::vector<std::string> warnings; ///< ours: "equals no sandbox: git can run any program", ...
    bool equalsNoSandbox = false;
    std::int64_t askedAt = 0; ///< milliseconds since 1970 UTC
    /** The danger list asks, no rule: what is allowed goes on inside, and `mode` says where that is. */
    bool isHeuristic() const { return kind == ApprovalKind::Exec && !judgement.dangers.empty(); }
    bool operator==(const Approval&) const = default;
};

/** Why the agent's own client may not allow it, for people and agents. Empty: it may, for once. */
std::string whyNotByClient(const Approval& approval);

/** NAME=value of the variables that a rule lets follow the command out: the agent's values. */
std::vector<std::string> passedEnvironment(const Approval& approval);

/** An answer as a channel sends it. */
struct Answer {
    ApprovalId id;
    std::string contentHash;
    AnswerKind kind = AnswerKind::Deny;
    std::int64_t seconds = 0; ///< for AllowFor
    std::string message;      ///< to the agent, on Deny
    bool operator==(const Answer&) const = default;
};

/** How a question ended. */
struct Decision {
    AnswerKind kind = AnswerKind::Deny;
    AnswerSource source = AnswerSource::Nobody;
    std::string who;          ///< "pid 4711 /usr/bin/exeat on pts/3", "client codex 0.169"
    std::string message;      ///< to the agent
    std::int64_t seconds = 0; ///< of AllowFor
    bool allows() const {
        return kind == AnswerKind::AllowOnce || kind == AnswerKind::AllowSession || kind == AnswerKind::AllowFor ||
               kind == AnswerKind::AllowAlways;
    }
    bool operator==(const Decision&) const = default;
};

} // namespace exeat
