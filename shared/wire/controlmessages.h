#pragma once

#include "shared/base/error.h"
#include "shared/domain/agent.h"
#include "shared/domain/approval.h"
#include "shared/domain/history.h"
#include "shared/domain/run.h"
#include "shared/domain/sandboxspec.h"
#include "shared/domain/trust.h"
#include "shared/wire/rulesmessages.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/**
 * control.sock: people's programs (desktop, command line) and exeatd. Every request carries a number chosen by the
 * client, every reply repeats it. What loosens (AnswerApproval with an allowing answer) is refused for descendants of
 * runs and for an agent's own children: DESIGN.md §8.
 */
namespace exeat::wire {

enum class ClientKind { CommandLine, Desktop };

// ---- client -> service --------------------------------------------------------------------------------------------

struct ControlHello {
    std::uint32_t version = 0;
    ClientKind kind = ClientKind::CommandLine;
    bool operator==(const ControlHello&) const = default;
};

/** `exeat run`: what an agent's call does. Ends with RunFinished; closing the connection cancels the run. */
struct StartControlRun {
    std::uint64_t request = 0;
    std::string script;
    std::string workdir;
    std::vector<std::string> environment; ///< NAME=value of the caller
    std::optional<SandboxMode> mode;      ///< absent = the user's setting
    std::optional<NetworkAccess> network;
    std::uint64_t timeoutMilliseconds = 0; ///< 0 = none
    bool operator==(const StartControlRun&) const = default;
};

struct StopControlRun {
    std::uint64_t request = 0;
    RunId run;
    bool operator==(const StopControlRun&) const = default;
};

struct ListApprovals {
    std::uint64_t request = 0;
    bool operator==(const ListApprovals&) const = default;
};

/** From now on ApprovalAdded and ApprovalSettled arrive unasked; the open ones are sent first. */
struct WatchApprovals {
    std::uint64_t request = 0;
    bool operator==(const WatchApprovals&) const = default;
};

struct AnswerApproval {
    std::uint64_t request = 0;
    Answer answer;
    bool operator==(const AnswerApproval&) const = default;
};

struct ListRuns {
    std::uint64_t request = 0;
    std::uint32_t most = 100;
    bool operator==(const ListRuns&) const = default;
};

struct QueryHistory {
    std::uint64_t request = 0;
    HistoryQuery query;
    bool operator==(const QueryHistory&) const = default;
};

struct AskStatus {
    std::uint64_t request = 0;
    bool operator==(const AskStatus&) const = default;
};

// Trust in the rules of repositories (`exeat trust`); service/control/controltrust.h answers.

struct ListTrust {
    std::uint64_t request = 0;
    bool operator==(const ListTrust&) const = default;
};

/** Of the innermost project at or above `directory` that has rules of its own. */
struct ShowTrust {
    std::uint64_t request = 0;
    std::string directory; ///< absolute
    bool operator==(const ShowTrust&) const = default;
};

/** A person accepts what was shown: directory and hash as TrustShown has them. Refused where AnswerApproval would be.
 */
struct AcceptTrust {
    std::uint64_t request = 0;
    std::string directory;
    std::string hash;
    bool operator==(const AcceptTrust&) const = default;
};

/** A person confirms a file of theirs: the program's name counts for it until the content changes. Refused as above. */
struct ConfirmFile {
    std::uint64_t request = 0;
    std::string path;   ///< absolute, links followed
    std::string sha256; ///< of the content that the person was shown
    bool operator==(const ConfirmFile&) const = default;
};

/** Only tightens. */
struct RevokeTrust {
    std::uint64_t request = 0;
    std::string path; ///< a project's directory or a confirmed file, as TrustList has them
    bool operator==(const RevokeTrust&) const = default;
};

using ControlRequest =
    std::variant<ControlHello, StartControlRun, StopControlRun, ListApprovals, WatchApprovals, AnswerApproval, ListRuns,
                 QueryHistory, AskStatus, ListTrust, ShowTrust, AcceptTrust, ConfirmFile, RevokeTrust,
                 // rulesmessages.h
                 ListRules, ExplainCommand, CheckRulesText, AddRule, RemoveRule>;

// ---- service -> client --------------------------------------------------------------------------------------------

struct ControlWelcome {
    std::uint32_t version = 0;
    std::string program; ///< version of exeatd
    bool operator==(const ControlWelcome&) const = default;
};

/** The request could not be done; nothing happened. */
struct RequestFailed {
    std::uint64_t request = 0;
    ErrorKind kind = ErrorKind::System;
    std::string text;
    bool operator==(const RequestFailed&) const = default;
};

struct RequestDone {
    std::uint64_t request = 0;
    bool operator==(const RequestDone&) const = default;
};

enum class OutputStream { Output, Error };

struct RunOutput {
    std::uint64_t request = 0;
    OutputStream stream = OutputStream::Output;
    std::string bytes;
    bool operator==(const RunOutput&) const = default;
};

struct RunFinished {
    std::uint64_t request = 0;
    RunResult result;
    bool operator==(const RunFinished&) const = default;
};

struct ApprovalList {
    std::uint64_t request = 0;
    std::vector<Approval> approvals;
    bool operator==(const ApprovalList&) const = default;
};

/** To whoever watches, and to whoever started the run that waits for it. */
struct ApprovalAdded {
    Approval approval;
    bool operator==(const ApprovalAdded&) const = default;
};

struct ApprovalSettled {
    ApprovalId id;
    Decision decision;
    bool operator==(const ApprovalSettled&) const = default;
};

struct RunList {
    std::uint64_t request = 0;
    std::vector<RunSummary> runs;
    bool operator==(const RunList&) const = default;
};

struct HistoryPage {
    std::uint64_t request = 0;
    std::vector<ExecRecord> records;
    bool operator==(const HistoryPage&) const = default;
};

struct ServiceStatus {
    std::uint64_t request = 0;
    std::string program;
    std::string interceptor; ///< "wrapper" or "gate"
    std::vector<AgentInfo> agents;
    std::uint64_t liveRuns = 0;
    std::uint64_t openApprovals = 0;
    std::vector<std::string> problems; ///< broken rules files and settings, in words
    bool operator==(const ServiceStatus&) const = default;
};

struct TrustList {
    std::uint64_t request = 0;
    std::vector<TrustStatus> projects;
    std::vector<FileConfirmation> files;
    bool operator==(const TrustList&) const = default;
};

struct TrustShown {
    std::uint64_t request = 0;
    TrustView view;
    bool operator==(const TrustShown&) const = default;
};

using ControlReply =
    std::variant<ControlWelcome, RequestFailed, RequestDone, RunOutput, RunFinished, ApprovalList, ApprovalAdded,
                 ApprovalSettled, RunList, HistoryPage, ServiceStatus, TrustList, TrustShown,
                 // rulesmessages.h
                 RulesListing, Explanation, RulesFindings, RulesEditPlan>;

std::string encode(const ControlRequest& message);
std::string encode(const ControlReply& message);
Result<ControlRequest> decodeControlRequest(std::string_view bytes);
Result<ControlReply> decodeControlReply(std::string_view bytes);

} // namespace exeat::wire
