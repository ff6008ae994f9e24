#include "service/cli/commands.h"
#include "service/cli/json.h"
#include "service/cli/jsonoutput.h"
#include "service/cli/onerequest.h"
#include "service/cli/output.h"
#include "service/cli/words.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <QDateTime>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace exeat {
namespace {

QCommandLineOption jsonOption() {
    return {QStringLiteral("json"), QStringLiteral("One JSON object per line.")};
}

std::string statusWord(const RunSummary& run) {
    if (run.endedAt == 0)
        return "running";
    if (run.end != RunEnd::Exited)
        return word(run.end);
    return run.status.signal != 0 ? "signal " + std::to_string(run.status.signal) : std::to_string(run.status.code);
}

void printRuns(const std::vector<RunSummary>& runs) {
    std::vector<Row> rows;
    for (const RunSummary& run : runs)
        rows.push_back({run.run.value, localTime(run.startedAt), statusWord(run), run.agent, run.command});
    say(table({"RUN", "STARTED", "END", "AGENT", "COMMAND"}, rows, terminalWidth()));
    for (const RunSummary& run : runs) {
        if (!run.note.empty())
            say(run.run.value + ": " + visible(run.note, limits::messageBytes));
    }
}

struct DecisionWord {
    const char* word;
    bool asked;
    Verdict verdict;
};
constexpr std::array decisionWords = {
    DecisionWord{"allowed", false, Verdict::Escalate}, DecisionWord{"asked", true, Verdict::Ask},
    DecisionWord{"denied", false, Verdict::Deny}, DecisionWord{"inside", false, Verdict::Inside}};

Result<void> setDecision(HistoryQuery& query, const QString& text) {
    for (const DecisionWord& row : decisionWords) {
        if (text != QLatin1String(row.word))
            continue;
        query.askedOnly = row.asked;
        query.byOutcome = !row.asked;
        query.outcome = row.verdict;
        return {};
    }
    return fail(ErrorKind::Invalid, "--decision is allowed, asked, denied or inside");
}

/** What no rule met stays inside without anybody's decision; what a person answered before is told as that. */
std::string deciderOf(const ExecRecord& record) {
    if (record.decidedBy != AnswerSource::Rule)
        return word(record.decidedBy);
    const TraceStep* strictest = nullptr;
    for (const TraceStep& step : record.judgement.trace) {
        if (step.counted && (strictest == nullptr || step.decision >= strictest->decision))
            strictest = &step;
    }
    if (strictest == nullptr)
        return "-";
    return strictest->layer == Layer::Session ? "earlier answer" : word(record.decidedBy);
}

void printExecs(const std::vector<ExecRecord>& records) {
    std::vector<Row> rows;
    for (const ExecRecord& record : records)
        rows.push_back({localTime(record.at), word(record.outcome), deciderOf(record),
                        record.ended ? std::to_string(record.status.shellCode()) : "",
                        visibleCommand(record.argv, 1024)});
    say(table({"TIME", "DECISION", "BY", "CODE", "COMMAND"}, rows, terminalWidth()));
}

void printCsv(const std::vector<ExecRecord>& records) {
    std::string text =
        csvLine({"time", "run", "decision", "decided_by", "who", "file", "command", "workdir", "reason", "code"});
    for (const ExecRecord& record : records)
        text += csvLine({localTime(record.at), record.run.value, word(record.outcome), word(record.decidedBy),
                         visible(record.decidedWho), visible(record.realPath), visibleCommand(record.argv, 65536),
                         visible(record.workdir), visible(record.judgement.reason),
                         record.ended ? std::to_string(record.status.shellCode()) : ""});
    say(text);
}

template<class T>
void printLines(const std::vector<T>& items) {
    for (const T& item : items)
        sayJson(toJson(item));
}

struct HistoryOptions {
    QCommandLineOption json = jsonOption();
    QCommandLineOption csv{QStringLiteral("csv"), QStringLiteral("CSV, safe to open in a spreadsheet.")};
    QCommandLineOption run{QStringLiteral("run"), QStringLiteral("Only of this run."), QStringLiteral("ID")};
    QCommandLineOption since{QStringLiteral("since"), QStringLiteral("2h, 7d, 2026-11-21 or 2026-11-21T10:00."),
                             QStringLiteral("WHEN")};
    QCommandLineOption decision{QStringLiteral("decision"), QStringLiteral("allowed, asked, denied or inside."),
                                QStringLiteral("WORD")};
    QCommandLineOption text{QStringLiteral("text"), QStringLiteral("Part of the command."), QStringLiteral("TEXT")};
    QCommandLineOption most{QStringLiteral("most"), QStringLiteral("How many, newest first; default 200."),
                            QStringLiteral("N"), QStringLiteral("200")};
};

Result<HistoryQuery> queryOf(const QCommandLineParser& parser, const HistoryOptions& options) {
    HistoryQuery query;
    query.run.value = parser.value(options.run).toStdString();
    query.text = parser.value(options.text).toLocal8Bit().toStdString();
    bool good = false;
    query.most = parser.value(options.most).toUInt(&good);
    if (!good || query.most == 0)
        return fail(ErrorKind::Invalid, "--most is a number above 0");
    if (parser.isSet(options.since)) {
        const auto since = parseSince(parser.value(options.since), QDateTime::currentMSecsSinceEpoch());
        if (!since)
            return fail(ErrorKind::Invalid, "--since is a time such as 2h or 7d, or a date such as 2026-11-21");
        query.since = *since;
    }
    if (parser.isSet(options.decision))
        if (auto set = setDecision(query, parser.value(options.decision)); !set)
            return std::unexpected(set.error());
    if (parser.isSet(options.json) && parser.isSet(options.csv))
        return fail(ErrorKind::Invalid, "--json and --csv exclude each other");
    if (!parser.positionalArguments().isEmpty())
        return fail(ErrorKind::Invalid, "history takes no words; use --text to search");
    return query;
}

} // namespace

int runsCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("The calls of agents, newest first."));
    const QCommandLineOption json = jsonOption();
    parser.addOption(json);
    if (const auto code = parse(parser, arguments, QStringLiteral("runs [--json]")))
        return *code;
    wire::ListRuns request;
    request.request = 1;
    return askOnce(request, [&](const wire::ControlReply& reply) {
        const auto* list = std::get_if<wire::RunList>(&reply);
        if (list != nullptr)
            parser.isSet(json) ? printLines(list->runs) : printRuns(list->runs);
        return list != nullptr;
    });
}

int historyCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("What ran, why, and who decided; newest first."));
    const HistoryOptions options;
    parser.addOptions(
        {options.json, options.csv, options.run, options.since, options.decision, options.text, options.most});
    if (const auto code =
            parse(parser, arguments,
                  QStringLiteral(
                      "history [--json|--csv] [--run ID] [--since WHEN] [--decision WORD] [--text TEXT] [--most N]")))
        return *code;
    const auto query = queryOf(parser, options);
    if (!query) {
        complain(query.error().text);
        return exitUsage;
    }
    return askOnce(wire::QueryHistory{1, *query}, [&](const wire::ControlReply& reply) {
        const auto* page = std::get_if<wire::HistoryPage>(&reply);
        if (page == nullptr)
            return false;
        if (parser.isSet(options.json))
            printLines(page->records);
        else if (parser.isSet(options.csv))
            printCsv(page->records);
        else
            printExecs(page->records);
        return true;
    });
}

} // namespace exeat
