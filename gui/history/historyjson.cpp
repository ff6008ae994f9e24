#include "gui/history/historyjson.h"

#include "shared/base/text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace exeat {
namespace {

QString text(const std::string& bytes) {
    return QString::fromStdString(toUtf8(bytes));
}

QJsonArray words(const std::vector<std::string>& list) {
    QJsonArray array;
    for (const std::string& word : list)
        array.push_back(text(word));
    return array;
}

QJsonObject statusObject(const ExitStatus& status) {
    return {{QStringLiteral("code"), status.code}, {QStringLiteral("signal"), status.signal}};
}

// Words for programs are not translated.
QString word(Verdict verdict) {
    switch (verdict) {
    case Verdict::Deny:
        return QStringLiteral("denied");
    case Verdict::Ask:
        return QStringLiteral("asked");
    case Verdict::Escalate:
        return QStringLiteral("allowed");
    case Verdict::Inside:
        break;
    }
    return QStringLiteral("inside");
}

QString word(AnswerSource source) {
    switch (source) {
    case AnswerSource::CommandLine:
        return QStringLiteral("command-line");
    case AnswerSource::Desktop:
        return QStringLiteral("desktop");
    case AnswerSource::Client:
        return QStringLiteral("client");
    case AnswerSource::Rule:
        return QStringLiteral("rule");
    case AnswerSource::Nobody:
        break;
    }
    return QStringLiteral("nobody");
}

QJsonObject objectOf(const RunSummary& run) {
    QJsonObject object{{QStringLiteral("run"), text(run.run.value)},
                       {QStringLiteral("session"), text(run.session.value)},
                       {QStringLiteral("agent"), text(run.agent)},
                       {QStringLiteral("command"), text(run.command)},
                       {QStringLiteral("workdir"), text(run.workdir)},
                       {QStringLiteral("started_at"), static_cast<qint64>(run.startedAt)},
                       {QStringLiteral("ended_at"), QJsonValue()},
                       {QStringLiteral("status"), QJsonValue()}};
    if (run.endedAt != 0) {
        object[QStringLiteral("ended_at")] = static_cast<qint64>(run.endedAt);
        object[QStringLiteral("status")] = statusObject(run.status);
    }
    if (!run.note.empty())
        object[QStringLiteral("note")] = text(run.note);
    return object;
}

QJsonObject objectOf(const ExecRecord& exec) {
    QJsonArray chain;
    for (const ChainLink& link : exec.chain)
        chain.push_back(
            QJsonObject{{QStringLiteral("program"), text(link.program)}, {QStringLiteral("argv"), words(link.argv)}});
    QJsonObject object{{QStringLiteral("run"), text(exec.run.value)},
                       {QStringLiteral("exec"), static_cast<qint64>(exec.exec.value)},
                       {QStringLiteral("at"), static_cast<qint64>(exec.at)},
                       {QStringLiteral("file"), text(exec.file)},
                       {QStringLiteral("real_path"), text(exec.realPath)},
                       {QStringLiteral("argv"), words(exec.argv)},
                       {QStringLiteral("workdir"), text(exec.workdir)},
                       {QStringLiteral("chain"), chain},
                       {QStringLiteral("decision"), word(exec.outcome)},
                       {QStringLiteral("decided_by"), word(exec.decidedBy)},
                       {QStringLiteral("decided_who"), text(exec.decidedWho)},
                       {QStringLiteral("reason"), text(exec.judgement.reason)},
                       {QStringLiteral("dropped_environment"), words(exec.droppedEnvironment)},
                       {QStringLiteral("status"), QJsonValue()},
                       {QStringLiteral("duration_ms"), QJsonValue()}};
    if (exec.ended) {
        object[QStringLiteral("status")] = statusObject(exec.status);
        object[QStringLiteral("duration_ms")] = static_cast<qint64>(exec.durationMilliseconds);
    }
    return object;
}

/** Nothing in the file steers a terminal or turns a line around: outside of texts JSON is ASCII anyway. */
QByteArray line(const QJsonObject& object) {
    QByteArray ascii;
    for (const QChar c : QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact))) {
        if (c.unicode() >= 0x20 && c.unicode() < 0x7F)
            ascii += static_cast<char>(c.unicode());
        else
            ascii += QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0')).toLatin1();
    }
    return ascii + '\n';
}

} // namespace

QByteArray historyJson(const HistoryModel& model) {
    QByteArray lines;
    for (const RunSummary& run : model.listedRuns())
        lines += line(objectOf(run));
    for (const ExecRecord& exec : model.listedExecs())
        lines += line(objectOf(exec));
    return lines;
}

} // namespace exeat
