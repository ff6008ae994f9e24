#include "service/history/historyrows.h"

#include "service/history/historydatabase.h"
#include "service/history/packed.h"
#include "service/history/secretmask.h"
#include "shared/base/limits.h"
#include "shared/wire/lastof.h"

#include <QSqlError>
#include <QVariant>

#include <algorithm>
#include <type_traits>

namespace exeat {
namespace {

constexpr const char* execColumns =
    "run, exec, at, file, real_path, argv, workdir, chain, origin, judged, reason, trace, pass_environment, outcome, "
    "decided_by, decided_who, dropped, ended, code, signal, duration";

std::string textOf(const QVariant& value) {
    return value.toByteArray().toStdString();
}

/** A number that is no enumerator (a damaged or foreign file) becomes the safe default. */
template<class E>
E enumOf(const QVariant& value, E otherwise) {
    const auto number = value.toLongLong();
    const bool known = number >= 0 && number <= static_cast<qlonglong>(wire::LastOf<E>::value);
    return known ? static_cast<E>(number) : otherwise;
}

template<class E>
    requires std::is_enum_v<E>
int numberOf(E value) {
    return static_cast<int>(value);
}

bool wasAsked(const ExecRecord& record) {
    switch (record.decidedBy) {
    case AnswerSource::CommandLine:
    case AnswerSource::Desktop:
    case AnswerSource::Client:
        return true;
    case AnswerSource::Nobody:
    case AnswerSource::Rule:
        break;
    }
    return record.judgement.verdict == Verdict::Ask || record.outcome == Verdict::Ask;
}

std::string searchText(const std::string& file, const std::vector<std::string>& argv) {
    std::string text = file;
    for (const std::string& word : argv)
        text += ' ' + word;
    return text;
}

std::vector<ChainLink> maskedChain(std::vector<ChainLink> chain) {
    for (ChainLink& link : chain)
        link.argv = maskSecrets(link.argv);
    return chain;
}

ExecRecord execOf(const QSqlQuery& row) {
    ExecRecord record;
    int column = 0;
    record.run.value = textOf(row.value(column++));
    record.exec.value = row.value(column++).toULongLong();
    record.at = row.value(column++).toLongLong();
    record.file = textOf(row.value(column++));
    record.realPath = textOf(row.value(column++));
    record.argv = unpackWords(textOf(row.value(column++)));
    record.workdir = textOf(row.value(column++));
    record.chain = unpackChain(textOf(row.value(column++)));
    record.origin = enumOf(row.value(column++), FileOrigin::AgentWritable);
    record.judgement.verdict = enumOf(row.value(column++), Verdict::Deny);
    record.judgement.reason = textOf(row.value(column++));
    record.judgement.trace = unpackTrace(textOf(row.value(column++)));
    record.judgement.passEnvironment = unpackWords(textOf(row.value(column++)));
    record.outcome = enumOf(row.value(column++), Verdict::Deny);
    record.decidedBy = enumOf(row.value(column++), AnswerSource::Nobody);
    record.decidedWho = textOf(row.value(column++));
    record.droppedEnvironment = unpackWords(textOf(row.value(column++)));
    record.ended = row.value(column++).toBool();
    record.status.code = row.value(column++).toInt();
    record.status.signal = row.value(column++).toInt();
    record.durationMilliseconds = row.value(column++).toLongLong();
    return record;
}

RunSummary runOf(const QSqlQuery& row) {
    RunSummary run;
    int column = 0;
    run.run.value = textOf(row.value(column++));
    run.session.value = textOf(row.value(column++));
    run.agent = textOf(row.value(column++));
    run.command = textOf(row.value(column++));
    run.workdir = textOf(row.value(column++));
    run.mode = enumOf(row.value(column++), SandboxMode::ReadOnly);
    run.network = enumOf(row.value(column++), NetworkAccess::Off);
    run.startedAt = row.value(column++).toLongLong();
    run.endedAt = row.value(column++).toLongLong();
    run.end = enumOf(row.value(column++), RunEnd::Lost);
    run.status.code = row.value(column++).toInt();
    run.status.signal = row.value(column++).toInt();
    run.note = textOf(row.value(column++));
    return run;
}

/** SQL text and its values, grown together so that no value is ever part of the text. */
struct Filter {
    QString where;
    QVariantList values;
    void add(const char* condition, QVariant value) {
        where +=
            (where.isEmpty() ? QStringLiteral(" WHERE ") : QStringLiteral(" AND ")) + QString::fromLatin1(condition);
        values.push_back(std::move(value));
    }
};

Filter filterOf(const HistoryQuery& query) {
    Filter filter;
    if (query.run)
        filter.add("run = ?", sqlBytes(query.run.value));
    if (query.since != 0)
        filter.add("at >= ?", static_cast<qlonglong>(query.since));
    if (query.byOutcome)
        filter.add("outcome = ?", numberOf(query.outcome));
    if (query.askedOnly)
        filter.add("asked = ?", 1);
    if (!query.text.empty())
        filter.add("instr(search, ?) > 0", sqlBytes(query.text));
    return filter;
}

} // namespace

QSqlQuery prepareExecWrite(const QSqlDatabase& database, ExecWrite kind) {
    QString sql =
        QStringLiteral("INSERT INTO execs (%1, search, asked) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
                       "ON CONFLICT (run, exec) DO UPDATE SET ")
            .arg(QString::fromLatin1(execColumns));
    switch (kind) {
    case ExecWrite::Decision:
        sql += QStringLiteral("outcome = excluded.outcome, judged = excluded.judged, reason = excluded.reason, "
                              "trace = excluded.trace, decided_by = excluded.decided_by, "
                              "decided_who = excluded.decided_who, dropped = excluded.dropped, "
                              "asked = max(asked, excluded.asked)");
        break;
    case ExecWrite::Trailing:
        sql += QStringLiteral("ended = excluded.ended, code = excluded.code, signal = excluded.signal, "
                              "duration = excluded.duration WHERE excluded.ended");
        break;
    }
    QSqlQuery statement(database);
    statement.prepare(sql);
    return statement;
}

Result<void> writeExec(QSqlQuery& statement, const ExecRecord& record) {
    const auto argv = maskSecrets(record.argv);
    int column = 0;
    const auto bind = [&](const QVariant& value) { statement.bindValue(column++, value); };
    bind(sqlBytes(record.run.value));
    bind(static_cast<qulonglong>(record.exec.value));
    bind(static_cast<qlonglong>(record.at));
    bind(sqlBytes(record.file));
    bind(sqlBytes(record.realPath));
    bind(sqlBytes(packWords(argv)));
    bind(sqlBytes(record.workdir));
    bind(sqlBytes(packChain(maskedChain(record.chain))));
    bind(numberOf(record.origin));
    bind(numberOf(record.judgement.verdict));
    bind(sqlBytes(maskSecrets(record.judgement.reason)));
    bind(sqlBytes(packTrace(record.judgement.trace)));
    bind(sqlBytes(packWords(record.judgement.passEnvironment)));
    bind(numberOf(record.outcome));
    bind(numberOf(record.decidedBy));
    bind(sqlBytes(record.decidedWho));
    bind(sqlBytes(packWords(namesOnly(record.droppedEnvironment))));
    bind(record.ended ? 1 : 0);
    bind(record.status.code);
    bind(record.status.signal);
    bind(static_cast<qlonglong>(record.durationMilliseconds));
    bind(sqlBytes(searchText(record.file, argv)));
    bind(wasAsked(record) ? 1 : 0);
    if (!statement.exec())
        return std::unexpected(sqlFailure(statement.lastError(), "an exec could not be recorded"));
    return {};
}

QSqlQuery prepareRunWrite(const QSqlDatabase& database) {
    QSqlQuery statement(database);
    statement.prepare(QStringLiteral(
        "INSERT INTO runs (id, session, agent, command, workdir, mode, network, started_at, ended_at, end, code, "
        "signal, note) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET mode = excluded.mode, "
        "network = excluded.network, ended_at = excluded.ended_at, end = excluded.end, code = excluded.code, "
        "signal = excluded.signal, note = excluded.note"));
    return statement;
}

Result<void> writeRun(QSqlQuery& statement, const RunSummary& run) {
    int column = 0;
    const auto bind = [&](const QVariant& value) { statement.bindValue(column++, value); };
    bind(sqlBytes(run.run.value));
    bind(sqlBytes(run.session.value));
    bind(sqlBytes(run.agent));
    bind(sqlBytes(maskSecrets(run.command)));
    bind(sqlBytes(run.workdir));
    bind(numberOf(run.mode));
    bind(numberOf(run.network));
    bind(static_cast<qlonglong>(run.startedAt));
    bind(static_cast<qlonglong>(run.endedAt));
    bind(numberOf(run.end));
    bind(run.status.code);
    bind(run.status.signal);
    bind(sqlBytes(maskSecrets(run.note)));
    if (!statement.exec())
        return std::unexpected(sqlFailure(statement.lastError(), "the run could not be recorded"));
    return {};
}

Result<std::vector<RunSummary>> readRuns(const QSqlDatabase& database, std::uint32_t most) {
    QSqlQuery query(database);
    query.setForwardOnly(true);
    query.prepare(
        QStringLiteral("SELECT id, session, agent, command, workdir, mode, network, started_at, ended_at, end, "
                       "code, signal, note FROM runs ORDER BY started_at DESC, rowid DESC LIMIT ?"));
    query.bindValue(0, std::min(most, limits::historyRows));
    if (!query.exec())
        return std::unexpected(sqlFailure(query.lastError(), "the history could not be read"));
    std::vector<RunSummary> runs;
    while (query.next())
        runs.push_back(runOf(query));
    return runs;
}

Result<std::vector<ExecRecord>> readExecs(const QSqlDatabase& database, const HistoryQuery& filter) {
    const Filter where = filterOf(filter);
    QSqlQuery query(database);
    query.setForwardOnly(true);
    query.prepare(QStringLiteral("SELECT %1 FROM execs%2 ORDER BY at DESC, exec DESC LIMIT ?")
                      .arg(QString::fromLatin1(execColumns), where.where));
    int place = 0;
    for (const QVariant& value : where.values)
        query.bindValue(place++, value);
    query.bindValue(place, std::min(filter.most, limits::historyRows));
    if (!query.exec())
        return std::unexpected(sqlFailure(query.lastError(), "the history could not be read"));
    std::vector<ExecRecord> records;
    while (query.next())
        records.push_back(execOf(query));
    return records;
}

} // namespace exeat
