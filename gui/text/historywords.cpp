#include "gui/text/historywords.h"

#include "gui/text/quoted.h"

#include <QLocale>

namespace exeat {
namespace {

constexpr std::size_t nameBytes = 64;
constexpr std::size_t sentenceBytes = 1024;

const TraceStep* decisiveStep(const ExecRecord& record) {
    const TraceStep* strictest = nullptr;
    for (const TraceStep& step : record.judgement.trace) {
        if (step.counted && (strictest == nullptr || step.decision >= strictest->decision))
            strictest = &step;
    }
    return strictest;
}

QString statusText(const ExitStatus& status) {
    if (status.signal != 0)
        return HistoryWords::tr("signal %1").arg(QLocale().toString(status.signal));
    return QLocale().toString(status.code);
}

} // namespace

QString HistoryWords::outcome(Verdict verdict) {
    switch (verdict) {
    case Verdict::Deny:
        return tr("Denied");
    case Verdict::Ask:
        return tr("Asked");
    case Verdict::Escalate:
        return tr("Outside");
    case Verdict::Inside:
        break;
    }
    return tr("Inside");
}

LineIcon HistoryWords::outcomeIcon(Verdict verdict) {
    switch (verdict) {
    case Verdict::Deny:
        return LineIcon::Denied;
    case Verdict::Ask:
        return LineIcon::Asked;
    case Verdict::Escalate:
        return LineIcon::Outside;
    case Verdict::Inside:
        break;
    }
    return LineIcon::Inside;
}

QString HistoryWords::end(const RunSummary& run) {
    if (run.endedAt == 0)
        return tr("Running");
    switch (run.end) {
    case RunEnd::Exited:
        return tr("Ended");
    case RunEnd::TimedOut:
        return tr("Timed out");
    case RunEnd::Cancelled:
        return tr("Cancelled");
    case RunEnd::Stopped:
        return tr("Stopped");
    case RunEnd::AgentGone:
        return tr("Agent gone");
    case RunEnd::Failed:
        return tr("Not started");
    case RunEnd::Unprotected:
        return tr("Ended by Exeat");
    case RunEnd::Lost:
        break;
    }
    return tr("Lost");
}

LineIcon HistoryWords::endIcon(const RunSummary& run) {
    if (run.endedAt == 0)
        return LineIcon::Running;
    return run.end == RunEnd::Exited ? LineIcon::Ended : LineIcon::Denied;
}

QString HistoryWords::decider(const ExecRecord& record) {
    switch (record.decidedBy) {
    case AnswerSource::CommandLine:
        return tr("You, on the command line");
    case AnswerSource::Desktop:
        return tr("You, on the desktop");
    case AnswerSource::Client:
        return tr("The agent's own program");
    case AnswerSource::Nobody:
        return tr("Nobody answered");
    case AnswerSource::Rule:
        break;
    }
    const TraceStep* step = decisiveStep(record);
    if (step == nullptr)
        return tr("No rule");
    return step->layer == Layer::Session ? tr("An earlier answer") : tr("A rule");
}

QString HistoryWords::reason(const ExecRecord& record) {
    return quoted(record.judgement.reason, sentenceBytes);
}

QString HistoryWords::exit(const ExecRecord& record) {
    return record.ended ? statusText(record.status) : QString();
}

QString HistoryWords::exit(const RunSummary& run) {
    return run.endedAt != 0 && run.end == RunEnd::Exited ? statusText(run.status) : QString();
}

QString HistoryWords::sandbox(const RunSummary& run) {
    if (run.mode == SandboxMode::FullAccess)
        return tr("none: with your rights");
    const QString reach = run.mode == SandboxMode::ReadOnly ? tr("only reads") : tr("writes the workspace");
    return run.network == NetworkAccess::On ? tr("%1, with network", "what a sandbox may").arg(reach)
                                            : tr("%1, no network", "what a sandbox may").arg(reach);
}

QString HistoryWords::agent(const RunSummary& run) {
    return run.agent.empty() ? tr("no name") : quoted(run.agent, nameBytes);
}

} // namespace exeat
