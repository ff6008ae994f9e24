#pragma once

#include "service/history/history.h"

#include <QDateTime>

/** Records that the tests of the history write and look for. */
namespace exeat {

inline RunSummary someRun(const std::string& id, std::int64_t at) {
    RunSummary run;
    run.run.value = id;
    run.session.value = "session";
    run.agent = "agent";
    run.command = "echo hello";
    run.workdir = "/work";
    run.mode = SandboxMode::WorkspaceWrite;
    run.network = NetworkAccess::On;
    run.startedAt = at;
    return run;
}

/** Recent, so that retention leaves the records alone. */
inline const std::int64_t base = QDateTime::currentMSecsSinceEpoch() - 3600 * 1000;

inline ExecRecord someExec(const std::string& run, std::uint64_t id, std::int64_t at) {
    ExecRecord record;
    record.run.value = run;
    record.exec.value = id;
    record.at = base + at;
    record.file = "/usr/bin/git";
    record.realPath = "/usr/bin/git";
    record.argv = {"git", "", "push"};
    record.workdir = "/work";
    record.chain = {{"bash", {"bash", "-c", "x"}}, {"make", {}}};
    record.origin = FileOrigin::Unplantable;
    record.judgement.verdict = Verdict::Ask;
    record.judgement.reason = "a rule asks";
    record.judgement.trace = {
        {Layer::User, "/r/a.rules", 3, RuleDecision::Prompt, {"git", "push"}, "because", true, ""}};
    record.judgement.passEnvironment = {"A"};
    record.outcome = Verdict::Escalate;
    record.decidedBy = AnswerSource::CommandLine;
    record.decidedWho = "pid 1";
    record.droppedEnvironment = {"PATH"};
    return record;
}

template<class Set>
HistoryQuery with(Set set) {
    HistoryQuery query;
    set(query);
    return query;
}

} // namespace exeat
