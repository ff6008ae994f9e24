#include "service/cli/json.h"

#include "service/cli/words.h"
#include "shared/base/text.h"

#include <nlohmann/json.hpp>

namespace exeat {

using nlohmann::json;

json wordsToJson(const std::vector<std::string>& words) {
    json list = json::array();
    for (const std::string& item : words)
        list.push_back(toUtf8(item));
    return list;
}

namespace {

json chainToJson(const std::vector<ChainLink>& chain) {
    json list = json::array();
    for (const ChainLink& link : chain)
        list.push_back({{"program", toUtf8(link.program)}, {"argv", wordsToJson(link.argv)}});
    return list;
}

json judgementToJson(const Judgement& judgement) {
    json trace = json::array();
    for (const TraceStep& step : judgement.trace)
        trace.push_back({{"file", toUtf8(step.file)},
                         {"line", step.line},
                         {"decision", word(step.decision)},
                         {"matched_prefix", wordsToJson(step.matchedPrefix)},
                         {"justification", toUtf8(step.justification)},
                         {"counted", step.counted},
                         {"note", toUtf8(step.note)}});
    json dangers = json::array();
    for (const Danger& danger : judgement.dangers)
        dangers.push_back({{"id", danger.id},
                           {"command", wordsToJson(danger.command)},
                           {"what", danger.what},
                           {"host", toUtf8(danger.host)}});
    return {{"verdict", word(judgement.verdict)},
            {"reason", toUtf8(judgement.reason)},
            {"sandbox", word(judgement.sandbox)},
            {"trace", std::move(trace)},
            {"dangers", std::move(dangers)}};
}

json statusToJson(const ExitStatus& status) {
    return {{"code", status.code}, {"signal", status.signal}};
}

} // namespace

json toJson(const Approval& approval) {
    json value = {{"id", approval.id.value},
                  {"kind", approval.kind == ApprovalKind::Exec ? "exec" : "wider-sandbox"},
                  {"asked_at", approval.askedAt},
                  {"content_hash", approval.contentHash},
                  {"run", approval.run.value},
                  {"session", approval.session.value},
                  {"agent", toUtf8(approval.agent)},
                  {"project", toUtf8(approval.projectRoot)},
                  {"branch", toUtf8(approval.branch)},
                  {"script", toUtf8(approval.script)},
                  {"file", toUtf8(approval.command.file)},
                  {"real_path", toUtf8(approval.command.realPath)},
                  {"origin", word(approval.command.origin)},
                  {"argv", wordsToJson(approval.command.argv)},
                  {"workdir", toUtf8(approval.command.workdir)},
                  {"chain", chainToJson(approval.command.chain)},
                  {"dropped_environment", wordsToJson(approval.command.droppedEnvironment)},
                  {"passed_environment", wordsToJson(passedEnvironment(approval))},
                  {"agent_justification", toUtf8(approval.agentJustification)},
                  {"judgement", judgementToJson(approval.judgement)},
                  {"warnings", wordsToJson(approval.warnings)},
                  {"equals_no_sandbox", approval.equalsNoSandbox}};
    if (approval.kind == ApprovalKind::WiderSandbox) {
        value["sandbox"] = word(approval.mode);
        value["network"] = word(approval.network);
        value["shell"] = toUtf8(approval.shell);
        value["extra_writable_roots"] = wordsToJson(approval.extraWritableRoots);
    }
    return value;
}

json toJson(const ExecRecord& record) {
    json value = {{"run", record.run.value},
                  {"exec", record.exec.value},
                  {"at", record.at},
                  {"file", toUtf8(record.file)},
                  {"real_path", toUtf8(record.realPath)},
                  {"argv", wordsToJson(record.argv)},
                  {"workdir", toUtf8(record.workdir)},
                  {"chain", chainToJson(record.chain)},
                  {"origin", word(record.origin)},
                  {"judgement", judgementToJson(record.judgement)},
                  {"decision", word(record.outcome)},
                  {"decided_by", word(record.decidedBy)},
                  {"decided_who", toUtf8(record.decidedWho)},
                  {"dropped_environment", wordsToJson(record.droppedEnvironment)},
                  {"status", nullptr},
                  {"duration_ms", nullptr}};
    if (record.ended) {
        value["status"] = statusToJson(record.status);
        value["duration_ms"] = record.durationMilliseconds;
    }
    return value;
}

json toJson(const RunSummary& run) {
    json value = {{"run", run.run.value},
                  {"session", run.session.value},
                  {"agent", toUtf8(run.agent)},
                  {"command", toUtf8(run.command)},
                  {"workdir", toUtf8(run.workdir)},
                  {"sandbox", word(run.mode)},
                  {"network", word(run.network)},
                  {"started_at", run.startedAt},
                  {"ended_at", nullptr},
                  {"end", nullptr},
                  {"status", nullptr}};
    if (run.endedAt != 0) {
        value["ended_at"] = run.endedAt;
        value["end"] = word(run.end);
        value["status"] = statusToJson(run.status);
    }
    if (!run.note.empty())
        value["note"] = toUtf8(run.note);
    return value;
}

json toJson(const RunResult& result) {
    json notices = json::array();
    for (const ExecNotice& notice : result.notices)
        notices.push_back({{"decision", word(notice.verdict)},
                           {"asked", notice.asked},
                           {"argv", wordsToJson(notice.argv)},
                           {"reason", toUtf8(notice.reason)},
                           {"alternative", toUtf8(notice.alternative)}});
    return {{"run", result.run.value},
            {"end", word(result.end)},
            {"status", statusToJson(result.status)},
            {"failure", toUtf8(result.failure)},
            {"dropped_bytes", result.droppedBytes},
            {"duration_ns", result.durationNanoseconds},
            {"notices", std::move(notices)}};
}

json toJson(const Decision& decision) {
    return {{"answer", word(decision.kind)},
            {"source", word(decision.source)},
            {"who", toUtf8(decision.who)},
            {"message", toUtf8(decision.message)}};
}

} // namespace exeat
