#include "service/history/history.h"

#include "service/history/historydatabase.h"
#include "service/history/historyrows.h"
#include "service/history/historywriter.h"
#include "service/history/packed.h"
#include "service/history/secretmask.h"

#include <QDateTime>
#include <QSqlError>
#include <QVariant>

#include <initializer_list>

namespace exeat {
namespace {

QSqlQuery prepared(const QSqlDatabase& database, const char* sql) {
    QSqlQuery query(database);
    query.prepare(QString::fromLatin1(sql));
    return query;
}

Result<void> run(QSqlQuery& statement, std::initializer_list<QVariant> values, const char* what) {
    int place = 0;
    for (const QVariant& value : values)
        statement.bindValue(place++, value);
    if (!statement.exec())
        return std::unexpected(sqlFailure(statement.lastError(), what));
    return {};
}

qint64 now() {
    return QDateTime::currentMSecsSinceEpoch();
}

template<class E>
int numberOf(E value) {
    return static_cast<int>(value);
}

Result<void> closeWhatWasOpen(const QSqlDatabase& database) {
    auto runs = prepared(database, "UPDATE runs SET ended_at = ?, end = ? WHERE ended_at = 0");
    if (auto done = run(runs, {now(), numberOf(RunEnd::Lost)}, "unfinished runs could not be marked"); !done)
        return done;
    auto approvals =
        prepared(database, "UPDATE approvals SET settled_at = ?, answer = ?, source = ?, message = ? WHERE "
                           "settled_at = 0");
    if (auto done = run(approvals,
                        {now(), numberOf(AnswerKind::Deny), numberOf(AnswerSource::Nobody),
                         QByteArrayLiteral("the service ended before anybody answered")},
                        "open questions could not be marked");
        !done)
        return done;
    auto sessions = prepared(database, "UPDATE sessions SET closed_at = ? WHERE closed_at = 0");
    return run(sessions, {now()}, "open sessions could not be marked");
}

} // namespace

struct History::Private {
    Private(const std::string& file, std::unique_ptr<HistoryConnection> opened, std::vector<std::string> openingNotes)
        : notes(std::move(openingNotes)), connection(std::move(opened)), writer(file) {}

    const QSqlDatabase& database() const { return connection->database(); }

    std::vector<std::string> notes;
    std::unique_ptr<HistoryConnection> connection; ///< before the statements: they end first
    QSqlQuery sessionOpened = prepared(database(), "INSERT INTO sessions (id, agent, version, shim_pid, shim_start, "
                                                   "workdir, project, opened_at) VALUES (?,?,?,?,?,?,?,?)");
    QSqlQuery sessionNamed = prepared(database(), "UPDATE sessions SET agent = ?, version = ? WHERE id = ?");
    QSqlQuery sessionClosed = prepared(database(), "UPDATE sessions SET closed_at = ? WHERE id = ?");
    QSqlQuery runWrite = prepareRunWrite(database());
    QSqlQuery execWrite = prepareExecWrite(database(), ExecWrite::Decision);
    QSqlQuery approvalAsked = prepared(
        database(), "INSERT INTO approvals (id, run, session, exec, kind, agent, script, file, argv, workdir, hash, "
                    "equals_no_sandbox, reason, asked_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    QSqlQuery approvalSettled = prepared(
        database(), "UPDATE approvals SET settled_at = ?, answer = ?, source = ?, who = ?, message = ? WHERE id "
                    "= ? AND run = ? AND settled_at = 0");
    QSqlQuery rootAdded = prepared(database(), "INSERT OR IGNORE INTO writable_roots (path, since) VALUES (?, ?)");
    HistoryWriter writer; ///< last: ends first
};

History::History(std::unique_ptr<Private> p) : d(std::move(p)) {}
History::~History() = default;

Result<std::unique_ptr<History>> History::open(const std::string& file) {
    auto preparedFile = prepareHistoryFile(file);
    if (!preparedFile)
        return std::unexpected(preparedFile.error());
    auto connection = HistoryConnection::open(file);
    if (!connection)
        return std::unexpected(connection.error());
    if (auto closed = closeWhatWasOpen((*connection)->database()); !closed)
        return std::unexpected(closed.error());
    return std::unique_ptr<History>(
        new History(std::make_unique<Private>(file, std::move(*connection), std::move(preparedFile->notes))));
}

Result<void> History::sessionOpened(const AgentInfo& agent) {
    return run(d->sessionOpened,
               {sqlBytes(agent.session.value), sqlBytes(agent.claimedName), sqlBytes(agent.claimedVersion),
                agent.shimPid, static_cast<qulonglong>(agent.shimStart), sqlBytes(agent.workdir),
                sqlBytes(agent.projectRoot), now()},
               "the session could not be recorded");
}

Result<void> History::sessionNamed(const SessionId& session, const std::string& claimedName,
                                   const std::string& claimedVersion) {
    return run(d->sessionNamed, {sqlBytes(claimedName), sqlBytes(claimedVersion), sqlBytes(session.value)},
               "the session's name could not be recorded");
}

Result<void> History::sessionClosed(const SessionId& session) {
    return run(d->sessionClosed, {now(), sqlBytes(session.value)}, "the session's end could not be recorded");
}

Result<void> History::runStarted(const RunSummary& summary) {
    return writeRun(d->runWrite, summary);
}

Result<void> History::runEnded(const RunSummary& summary) {
    return writeRun(d->runWrite, summary);
}

Result<void> History::execDecided(const ExecRecord& record) {
    return writeExec(d->execWrite, record);
}

Result<void> History::approvalAsked(const Approval& approval) {
    return run(d->approvalAsked,
               {static_cast<qulonglong>(approval.id.value), sqlBytes(approval.run.value),
                sqlBytes(approval.session.value), static_cast<qulonglong>(approval.exec.value), numberOf(approval.kind),
                sqlBytes(approval.agent), sqlBytes(maskSecrets(approval.script)), sqlBytes(approval.command.file),
                sqlBytes(packWords(maskSecrets(approval.command.argv))), sqlBytes(approval.command.workdir),
                sqlBytes(approval.contentHash), approval.equalsNoSandbox ? 1 : 0,
                sqlBytes(maskSecrets(approval.judgement.reason)), static_cast<qlonglong>(approval.askedAt)},
               "the question could not be recorded");
}

Result<void> History::approvalSettled(ApprovalId id, const RunId& runId, const Decision& decision) {
    return run(d->approvalSettled,
               {now(), numberOf(decision.kind), numberOf(decision.source), sqlBytes(decision.who),
                sqlBytes(maskSecrets(decision.message)), static_cast<qulonglong>(id.value), sqlBytes(runId.value)},
               "the answer could not be recorded");
}

void History::execs(std::vector<ExecRecord> records) {
    d->writer.add(std::move(records));
}

void History::flush() {
    d->writer.flush();
}

std::vector<std::string> History::problems() const {
    std::vector<std::string> problems = d->notes;
    for (std::string& problem : d->writer.problems())
        problems.push_back(std::move(problem));
    return problems;
}

Result<std::vector<RunSummary>> History::runs(std::uint32_t most) {
    return readRuns(d->database(), most);
}

Result<std::vector<ExecRecord>> History::query(const HistoryQuery& query) {
    return readExecs(d->database(), query);
}

Result<std::vector<std::string>> History::writableRoots() {
    QSqlQuery query(d->database());
    if (!query.exec(QStringLiteral("SELECT path FROM writable_roots ORDER BY path")))
        return std::unexpected(sqlFailure(query.lastError(), "the writable folders could not be read"));
    std::vector<std::string> roots;
    while (query.next())
        roots.push_back(query.value(0).toByteArray().toStdString());
    return roots;
}

Result<void> History::addWritableRoot(const std::string& root) {
    return run(d->rootAdded, {sqlBytes(root), now()}, "the writable folder could not be recorded");
}

} // namespace exeat
