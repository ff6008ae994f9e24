#include "gui/history/historyfacts.h"

#include "gui/text/approvalwords.h"
#include "gui/text/historywords.h"
#include "gui/text/quoted.h"
#include "gui/text/timewords.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace exeat {
namespace {

constexpr std::size_t wordBytes = 2048;
constexpr std::size_t scriptBytes = 8192;
constexpr std::size_t nameBytes = 128;
constexpr std::size_t mostWords = 200;

using Facts = std::vector<HistoryFact>;

void add(Facts& facts, const QString& name, const QString& value, HistoryFact::Kind kind = HistoryFact::Kind::Text) {
    if (!value.isEmpty())
        facts.push_back({name, value, kind});
}

void addQuoted(Facts& facts, const QString& name, const std::string& value, std::size_t bytes = wordBytes) {
    add(facts, name, quoted(value, bytes), HistoryFact::Kind::Quoted);
}

QString moment(std::int64_t at) {
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(at), QLocale::LongFormat);
}

/** One line for each word, so that no word can pass for two; none is parted from its number. */
QString numbered(const std::vector<std::string>& argv) {
    QStringList lines;
    for (std::size_t i = 0; i < std::min(argv.size(), mostWords); ++i)
        lines.push_back(QStringLiteral("%1\u00A0\u00A0%2")
                            .arg(i)
                            .arg(argv[i].empty() ? HistoryFacts::tr("(empty)") : quoted(argv[i], wordBytes)));
    if (argv.size() > mostWords)
        lines.push_back(HistoryFacts::tr("and %1 more; `exeat history` shows all")
                            .arg(QLocale().toString(static_cast<qulonglong>(argv.size() - mostWords))));
    return lines.join(QLatin1Char('\n'));
}

QString chainText(const ExecRecord& exec) {
    QStringList names;
    for (const ChainLink& link : exec.chain)
        names.push_back(quoted(link.program, nameBytes));
    return names.join(QStringLiteral(" → "));
}

QString rulesText(const ExecRecord& exec) {
    QStringList lines;
    for (const TraceStep& step : exec.judgement.trace) {
        const QString file = quoted(step.file, wordBytes);
        QString line = step.line > 0 ? HistoryFacts::tr("%1, line %2", "file").arg(file).arg(step.line) : file;
        if (!step.counted)
            line += HistoryFacts::tr(" (did not count)");
        for (const std::string* words : {&step.justification, &step.note}) {
            if (!words->empty())
                line += QStringLiteral(": ") + quoted(*words, wordBytes);
        }
        lines.push_back(line);
    }
    return lines.join(QLatin1Char('\n'));
}

QString variables(const std::vector<std::string>& names) {
    QStringList list;
    for (const std::string& name : names)
        list.push_back(quoted(name, nameBytes));
    return list.join(QStringLiteral(", "));
}

} // namespace

std::vector<HistoryFact> HistoryFacts::of(const RunSummary& run) {
    Facts facts;
    addQuoted(facts, tr("Call"), run.command, scriptBytes);
    add(facts, tr("Agent"), tr("claims to be %1").arg(HistoryWords::agent(run)));
    addQuoted(facts, tr("In folder"), run.workdir);
    add(facts, tr("Sandbox"), HistoryWords::sandbox(run));
    add(facts, tr("Started"), moment(run.startedAt));
    add(facts, tr("Outcome"), HistoryWords::end(run));
    if (run.endedAt != 0)
        add(facts, tr("Duration"), TimeWords::duration(run.endedAt - run.startedAt));
    add(facts, tr("Exit"), HistoryWords::exit(run));
    addQuoted(facts, tr("Note"), run.note);
    addQuoted(facts, tr("Run"), run.run.value);
    return facts;
}

std::vector<HistoryFact> HistoryFacts::of(const RunSummary& run, const ExecRecord& exec) {
    Facts facts;
    add(facts, tr("Outcome"), HistoryWords::outcome(exec.outcome));
    addQuoted(facts, tr("Program"), exec.realPath.empty() ? exec.file : exec.realPath);
    add(facts, tr("Origin"), originWords(exec.origin));
    add(facts, tr("Arguments"), numbered(exec.argv), HistoryFact::Kind::Quoted);
    add(facts, tr("Decided by"), HistoryWords::decider(exec));
    addQuoted(facts, tr("Answered from"), exec.decidedWho);
    add(facts, exec.decidedBy == AnswerSource::Rule ? tr("Because") : tr("Asked because"), HistoryWords::reason(exec));
    add(facts, tr("Rules that matched"), rulesText(exec));
    addQuoted(facts, tr("In folder"), exec.workdir);
    add(facts, tr("Started by"), chainText(exec), HistoryFact::Kind::Quoted);
    add(facts, tr("Variables left behind"), variables(exec.droppedEnvironment), HistoryFact::Kind::Quoted);
    add(facts, tr("Time"), moment(exec.at));
    if (exec.ended)
        add(facts, tr("Duration"), TimeWords::duration(exec.durationMilliseconds));
    add(facts, tr("Exit"), HistoryWords::exit(exec));
    add(facts, tr("Agent"), tr("claims to be %1").arg(HistoryWords::agent(run)));
    addQuoted(facts, tr("Whole call"), run.command, wordBytes);
    addQuoted(facts, tr("Run"), exec.run.value);
    return facts;
}

QString HistoryFacts::text(const std::vector<HistoryFact>& facts) {
    QString text;
    for (const HistoryFact& fact : facts) {
        QString value = fact.value;
        value.replace(QLatin1Char('\n'), QStringLiteral("\n    "));
        text += tr("%1: %2", "name, value").arg(fact.name, value) + QLatin1Char('\n');
    }
    return text;
}

} // namespace exeat
