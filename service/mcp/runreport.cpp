#include "service/mcp/runreport.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/domain/runcode.h"

#include <algorithm>

namespace exeat::mcp {
namespace {

/** The text repeats the output with its escapes escaped again (at most twice the size), and both share one frame. */
constexpr std::size_t structuredBytes = std::size_t{5} << 19;
constexpr std::size_t listedExecs = 100;
constexpr std::size_t reasonBytes = 1000;

const char* endName(RunEnd end) {
    switch (end) {
    case RunEnd::Exited:
        return "exited";
    case RunEnd::TimedOut:
        return "timed_out";
    case RunEnd::Cancelled:
        return "cancelled";
    case RunEnd::Stopped:
        return "stopped";
    case RunEnd::AgentGone:
        return "agent_gone";
    case RunEnd::Failed:
        return "failed";
    case RunEnd::Unprotected:
        return "unprotected";
    case RunEnd::Lost:
        break;
    }
    return "lost";
}

const char* modeName(SandboxMode mode) {
    switch (mode) {
    case SandboxMode::ReadOnly:
        return "read-only";
    case SandboxMode::WorkspaceWrite:
        return "workspace-write";
    case SandboxMode::FullAccess:
        break;
    }
    return "danger-full-access";
}

std::string outcomeOf(const ExecNotice& notice) {
    switch (notice.verdict) {
    case Verdict::Deny:
        return "denied";
    case Verdict::Ask:
        return "asked";
    case Verdict::Escalate:
        return notice.sandbox == RuleSandbox::None ? "ran outside" : "ran " + std::string(placeOf(notice.sandbox));
    case Verdict::Inside:
        break;
    }
    return "ran inside";
}

/** Head and tail of at most `limit` bytes, with a mark between them. */
std::string clipped(const std::string& bytes, std::size_t limit) {
    if (bytes.size() <= limit)
        return toUtf8(bytes);
    const std::size_t half = limit / 2;
    return toUtf8(std::string_view(bytes).substr(0, half)) + "\n[… " + std::to_string(bytes.size() - 2 * half) +
           " bytes left out …]\n" + toUtf8(std::string_view(bytes).substr(bytes.size() - half));
}

Json execsJson(const std::vector<ExecNotice>& notices) {
    Json list = Json::array();
    for (const ExecNotice& notice : notices) {
        if (list.size() == listedExecs)
            break;
        Json argv = Json::array();
        for (const std::string& word : notice.argv) {
            if (argv.size() == limits::noticeWords)
                break;
            argv.push_back(visible(word, 200));
        }
        Json entry{{"argv", std::move(argv)},
                   {"outcome", outcomeOf(notice)},
                   {"asked", notice.asked},
                   {"reason", visible(notice.reason, reasonBytes)}};
        if (!notice.alternative.empty())
            entry["alternative"] = visible(notice.alternative, reasonBytes);
        list.push_back(std::move(entry));
    }
    return list;
}

int exitCode(const RunResult& result) {
    // What did not end by itself never looks like a success.
    const int code = result.status.shellCode();
    return code != 0 ? code : codeOf(result.end);
}

Json durationJson(const RunResult& result) {
    constexpr std::int64_t perSecond = 1'000'000'000;
    const std::int64_t whole = std::max<std::int64_t>(result.durationNanoseconds, 0);
    return {{"secs", whole / perSecond}, {"nanos", whole % perSecond}};
}

/** What both kinds of report say. */
Json commonJson(const RunResult& result, std::size_t limit) {
    Json json{{"run", result.run.value},
              {"output", clipped(result.output, limit)},
              {"dropped_bytes", result.droppedBytes},
              {"execs", execsJson(result.notices)}};
    if (result.streamsSeparate) {
        json["stdout"] = clipped(result.standardOutput, limit);
        json["stderr"] = clipped(result.standardError, limit);
    }
    if (result.sandboxMode && result.sandboxNetwork)
        json["sandbox"] = {{"mode", modeName(*result.sandboxMode)},
                           {"network", *result.sandboxNetwork == NetworkAccess::On}};
    return json;
}

/** Halves what is kept of the output until `build` fits. */
template<class Build>
Json fitting(Build build) {
    std::size_t limit = structuredBytes;
    Json json = build(limit);
    while (limit > 1024 && printJson(json).size() > structuredBytes) {
        limit /= 2;
        json = build(limit);
    }
    return json;
}

Json finishedJson(const RunResult& result, std::size_t limit) {
    Json json = commonJson(result, limit);
    json["status"] = "finished";
    json["end"] = endName(result.end);
    json["exit_code"] = exitCode(result);
    json["duration"] = durationJson(result);
    json["timed_out"] = result.end == RunEnd::TimedOut;
    if (result.status.signal != 0)
        json["signal"] = result.status.signal;
    return json;
}

std::string nextStep(Unfinished why, const std::string& run) {
    const std::string wait = "call shell_wait with {\"run\":\"" + run + "\"}";
    switch (why) {
    case Unfinished::StillRunning:
        return "The command is still running. To get its result " + wait + "; to end it call shell_stop.";
    case Unfinished::QuestionOpen:
        return "A person has not answered yet. The command waits and nothing is lost: " + wait + '.';
    case Unfinished::NobodyToAsk:
        break;
    }
    return "A person must decide, and this client cannot ask. Tell the user to run `exeat approvals` in a terminal and "
           "to answer there, then " +
           wait + '.';
}

} // namespace

ToolResult errorResult(const std::string& text) {
    return {toUtf8(text), nullptr, true};
}

ToolResult reportFinished(const RunResult& result) {
    Json json = fitting([&](std::size_t limit) { return finishedJson(result, limit); });
    if (result.end == RunEnd::Failed || result.end == RunEnd::Lost) {
        const char* what = result.end == RunEnd::Failed ? "The command was not run: " : "The command was lost: ";
        json["failure"] = toUtf8(result.failure);
        return {what + toUtf8(result.failure), std::move(json), true};
    }
    Json text{{"exit_code", json["exit_code"]},
              {"output", json["output"]},
              {"duration", json["duration"]},
              {"timed_out", json["timed_out"]}};
    const bool unprotected = result.end == RunEnd::Unprotected;
    if (unprotected)
        text["failure"] = json["failure"] = toUtf8(result.failure);
    return {printJson(text), std::move(json), unprotected};
}

ToolResult reportUnfinished(const RunResult& soFar, Unfinished why, const std::vector<Approval>& open) {
    Json questions = Json::array();
    for (const Approval& approval : open) {
        if (questions.size() == listedExecs)
            break;
        const std::string where = approval.isHeuristic()
                                      ? std::string("run, though it is dangerous: ")
                                      : "run " + std::string(placeOf(approval.judgement.sandbox)) + ": ";
        const std::string what = approval.kind == ApprovalKind::Exec
                                     ? where + visibleCommand(approval.command.argv, 1000)
                                     : "a wider sandbox for this call";
        questions.push_back(
            {{"id", approval.id.value}, {"what", what}, {"reason", visible(approval.judgement.reason, reasonBytes)}});
    }
    Json json = fitting([&](std::size_t limit) { return commonJson(soFar, limit); });
    json["status"] = why == Unfinished::StillRunning ? "running" : "waiting for approval";
    json["approvals"] = questions;
    json["next"] = nextStep(why, soFar.run.value);
    const Json text{{"status", json["status"]},
                    {"run", json["run"]},
                    {"output", json["output"]},
                    {"approvals", questions},
                    {"next", json["next"]}};
    return {printJson(text), std::move(json), false};
}

} // namespace exeat::mcp
