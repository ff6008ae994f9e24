#include "service/history/history.h"
#include "service/history/historydatabase.h"
#include "shared/base/limits.h"
#include "shared/base/scopeexit.h"
#include "shared/wire/codec.h"
#include "tests/history/somerecords.h"
#include "tests/shared/slowdown.h"

#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/resource.h>
#include <sys/stat.h>

namespace exeat {

class TestHistory : public QObject {
    Q_OBJECT
private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void fileIsPrivate();
    void linkIsRefused();
    void runsRoundTrip();
    void olderFileIsTakenOver();
    void execsRoundTrip();
    void bytesOfAnyEncodingComeBack();
    void secretsAreMasked();
    void filters_data();
    void filters();
    void decisionThenEnd();
    void approvals();
    void openRunsBecomeLost();
    void killedInTheMiddle();
    void damagedFileIsPutAside_data();
    void damagedFileIsPutAside();
    void writableRootsSurviveDamage();
    void fullDiskRefusesTheAct();
    void tenThousandExecsInTime();
    void decisionsDoNotWaitForABacklog();
    void aBacklogIsWrittenAtTheEnd();
    void beyondTheQueueIsCounted();

private:
    std::string file() const { return m_folder->filePath(QStringLiteral("history.sqlite")).toStdString(); }
    std::unique_ptr<History> opened() const {
        auto history = History::open(file());
        if (!history)
            qWarning("%s", history.error().text.c_str());
        return history ? std::move(*history) : nullptr;
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestHistory::fileIsPrivate() {
    QVERIFY(opened());
    struct stat facts{};
    QCOMPARE(::stat(file().c_str(), &facts), 0);
    QCOMPARE(facts.st_mode & 0777U, 0600U);
    ::chmod(file().c_str(), 0644);
    QVERIFY(opened());
    ::stat(file().c_str(), &facts);
    QCOMPARE(facts.st_mode & 0777U, 0600U);
}

void TestHistory::linkIsRefused() {
    const std::string target = file() + ".target";
    QFile(QString::fromStdString(target)).open(QIODevice::WriteOnly);
    QVERIFY(QFile::link(QString::fromStdString(target), QString::fromStdString(file())));
    QVERIFY(!History::open(file()));
}

void TestHistory::runsRoundTrip() {
    auto history = opened();
    RunSummary first = someRun("one", 10);
    RunSummary second = someRun("two", 20);
    QVERIFY(history->runStarted(first));
    QVERIFY(history->runStarted(second));
    first.endedAt = 30;
    first.end = RunEnd::Exited;
    first.status = {3, 0};
    first.note = "not ended: sudo \xff";
    QVERIFY(history->runEnded(first));
    const auto runs = history->runs(10);
    QVERIFY(runs);
    QCOMPARE(runs->size(), std::size_t{2});
    QVERIFY(runs->at(0) == second);
    QVERIFY(runs->at(1) == first);
    QCOMPARE(history->runs(1)->size(), std::size_t{1});
}

/** A history of version 1, with its runs, is taken over. */
void TestHistory::olderFileIsTakenOver() {
    QVERIFY(opened()->runStarted(someRun("one", 10)));
    {
        const auto connection = HistoryConnection::open(file());
        QVERIFY(executeSql((*connection)->database(), "ALTER TABLE runs DROP COLUMN note"));
        QVERIFY(executeSql((*connection)->database(), "PRAGMA user_version = 1"));
    }
    auto history = opened();
    QVERIFY(history && history->problems().empty());
    QCOMPARE(history->runs(10)->at(0).run.value, std::string("one"));
}

void TestHistory::execsRoundTrip() {
    auto history = opened();
    const ExecRecord record = someExec("run", 7, 100);
    QVERIFY(history->execDecided(record));
    const auto found = history->query({});
    QVERIFY(found);
    QCOMPARE(found->size(), std::size_t{1});
    QVERIFY(found->front() == record);
}

void TestHistory::bytesOfAnyEncodingComeBack() {
    auto history = opened();
    ExecRecord record = someExec("run", 1, 1);
    std::string all;
    for (int byte = 1; byte < 256; ++byte)
        all += static_cast<char>(byte);
    record.argv = {"prog", all, ""};
    record.file = "/tmp/\xff\xfe";
    record.workdir = all;
    record.chain = {{all, {all}}};
    record.droppedEnvironment = {"N\xff"};
    QVERIFY(history->execDecided(record));
    QVERIFY(history->query({})->front() == record);
    HistoryQuery query;
    query.text = "\xfe\xff";
    QCOMPARE(history->query(query)->size(), std::size_t{1});
}

// Raise packedLayout when this changes: files written before would be misread.
void TestHistory::secretsAreMasked() {
    const std::string secret = "hunter2hunter2";
    auto history = opened();
    ExecRecord record = someExec("run", 1, 1);
    record.argv = {"tool", "--password", secret, "--token=" + secret};
    record.chain = {{"bash", {"bash", "-c", "tool --password " + secret}}};
    record.droppedEnvironment = {"API_TOKEN=" + secret};
    QVERIFY(history->execDecided(record));
    RunSummary run = someRun("run", 1);
    run.command = "export API_TOKEN=" + secret;
    QVERIFY(history->runStarted(run));
    Approval approval;
    approval.script = run.command;
    approval.command.argv = record.argv;
    QVERIFY(history->approvalAsked(approval));
    const ExecRecord kept = history->query({})->front();
    QCOMPARE(kept.argv, (std::vector<std::string>{"tool", "--password", "***", "--token=***"}));
    QCOMPARE(kept.droppedEnvironment, std::vector<std::string>{"API_TOKEN"});
    history.reset();
    for (const char* part : {"", "-wal"}) {
        QFile raw(QString::fromStdString(file() + part));
        if (raw.open(QIODevice::ReadOnly))
            QVERIFY(!raw.readAll().contains(secret.c_str()));
    }
}

void TestHistory::filters_data() {
    QTest::addColumn<HistoryQuery>("query");
    QTest::addColumn<int>("found");
    QTest::newRow("all") << HistoryQuery{} << 4;
    QTest::newRow("of a run") << with([](HistoryQuery& q) { q.run.value = "a"; }) << 3;
    QTest::newRow("of no run") << with([](HistoryQuery& q) { q.run.value = "A"; }) << 0;
    QTest::newRow("since") << with([](HistoryQuery& q) { q.since = base + 20; }) << 3;
    QTest::newRow("denied") << with([](HistoryQuery& q) {
        q.byOutcome = true;
        q.outcome = Verdict::Deny;
    }) << 1;
    QTest::newRow("inside") << with([](HistoryQuery& q) {
        q.byOutcome = true;
        q.outcome = Verdict::Inside;
    }) << 1;
    QTest::newRow("asked") << with([](HistoryQuery& q) { q.askedOnly = true; }) << 2;
    QTest::newRow("text over words") << with([](HistoryQuery& q) { q.text = "git  push"; }) << 3;
    QTest::newRow("text of a path") << with([](HistoryQuery& q) { q.text = "bin/cu"; }) << 1;
    QTest::newRow("text as SQL") << with([](HistoryQuery& q) { q.text = "' OR 1=1 --"; }) << 0;
    QTest::newRow("text as pattern") << with([](HistoryQuery& q) { q.text = "%"; }) << 0;
    QTest::newRow("most") << with([](HistoryQuery& q) { q.most = 2; }) << 2;
}

void TestHistory::filters() {
    QFETCH(HistoryQuery, query);
    QFETCH(int, found);
    auto history = opened();
    ExecRecord plain = someExec("a", 1, 10);
    QVERIFY(history->execDecided(plain));
    QVERIFY(history->execDecided(someExec("b", 1, 20)));
    ExecRecord denied = someExec("a", 2, 30);
    denied.judgement.verdict = denied.outcome = Verdict::Deny;
    denied.decidedBy = AnswerSource::Rule;
    QVERIFY(history->execDecided(denied));
    ExecRecord inside = someExec("a", 3, 40);
    inside.file = "/usr/bin/curl";
    inside.argv = {"curl"};
    inside.judgement.verdict = inside.outcome = Verdict::Inside;
    inside.decidedBy = AnswerSource::Rule;
    history->execs({inside});
    history->flush();
    const auto records = history->query(query);
    QVERIFY(records);
    QCOMPARE(static_cast<int>(records->size()), found);
}

void TestHistory::decisionThenEnd() {
    auto history = opened();
    ExecRecord record = someExec("run", 1, 10);
    record.outcome = Verdict::Ask;
    record.decidedBy = AnswerSource::Nobody;
    QVERIFY(history->execDecided(record));
    record.outcome = Verdict::Escalate;
    record.decidedBy = AnswerSource::Rule;
    QVERIFY(history->execDecided(record));
    ExecRecord end;
    end.run = record.run;
    end.exec = record.exec;
    end.ended = true;
    end.status = {0, 9};
    end.durationMilliseconds = 77;
    history->execs({end});
    history->flush();
    const auto found = history->query(with([](HistoryQuery& q) { q.askedOnly = true; }));
    QCOMPARE(found->size(), std::size_t{1});
    record.ended = true;
    record.status = end.status;
    record.durationMilliseconds = 77;
    QVERIFY(found->front() == record);
}

void TestHistory::approvals() {
    auto history = opened();
    Approval approval;
    approval.id.value = 1;
    approval.run.value = "run";
    approval.askedAt = 5;
    QVERIFY(history->approvalAsked(approval));
    QVERIFY(history->approvalSettled(approval.id, approval.run,
                                     {AnswerKind::AllowOnce, AnswerSource::CommandLine, "me", ""}));
    // A second answer changes nothing: first wins.
    QVERIFY(history->approvalSettled(approval.id, approval.run, {AnswerKind::Deny, AnswerSource::Desktop, "x", ""}));
    approval.id.value = 2;
    QVERIFY(history->approvalAsked(approval));
    history.reset();
    QVERIFY(opened());
    const auto connection = HistoryConnection::open(file());
    const auto& database = (*connection)->database();
    QCOMPARE(*sqlNumber(database, "SELECT answer FROM approvals WHERE id = 1"), std::int64_t{1});
    QCOMPARE(*sqlNumber(database, "SELECT count(*) FROM approvals WHERE settled_at = 0"), std::int64_t{0});
    QCOMPARE(*sqlNumber(database, "SELECT answer + source FROM approvals WHERE id = 2"), std::int64_t{0});
}

void TestHistory::openRunsBecomeLost() {
    auto history = opened();
    RunSummary done = someRun("done", 1);
    done.endedAt = 2;
    done.end = RunEnd::Exited;
    QVERIFY(history->runStarted(someRun("open", 2)));
    QVERIFY(history->runEnded(done));
    history.reset();
    const auto runs = opened()->runs(10);
    QCOMPARE(runs->at(0).end, RunEnd::Lost);
    QVERIFY(runs->at(0).endedAt > 0);
    QCOMPARE(runs->at(1).end, RunEnd::Exited);
}

void TestHistory::killedInTheMiddle() {
    QProcess child;
    child.start(QStringLiteral("%1/historychild").arg(QCoreApplication::applicationDirPath()),
                {QString::fromStdString(file())});
    int said = 0;
    QElapsedTimer clock;
    clock.start();
    while (said < 200 && clock.elapsed() < 30000 && child.waitForReadyRead(10000))
        said += static_cast<int>(child.readAllStandardOutput().count('\n'));
    QVERIFY(said >= 200);
    child.kill();
    QVERIFY(child.waitForFinished());
    said += static_cast<int>(child.readAllStandardOutput().count('\n'));
    auto history = opened();
    QVERIFY(history);
    QVERIFY(history->problems().empty());
    const auto runs = history->runs(limits::historyRows);
    QVERIFY(runs);
    QVERIFY(static_cast<int>(runs->size()) >= said);
    for (const RunSummary& run : *runs)
        QCOMPARE(run.end, RunEnd::Lost);
    QVERIFY(history->runStarted(someRun("next", 1)));
}

void TestHistory::damagedFileIsPutAside_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("no database") << QByteArray(5000, 'x');
    QTest::newRow("short") << QByteArrayLiteral("SQLite format 3");
    QTest::newRow("header and nonsense") << QByteArray("SQLite format 3\0", 16) + QByteArray(8000, '\x7f');
}

void TestHistory::damagedFileIsPutAside() {
    QFETCH(QByteArray, content);
    QFile raw(QString::fromStdString(file()));
    QVERIFY(raw.open(QIODevice::WriteOnly));
    raw.write(content);
    raw.close();
    auto history = opened();
    QVERIFY(history);
    QCOMPARE(history->problems().size(), std::size_t{1});
    QVERIFY(history->runStarted(someRun("a", 1)));
    const QStringList aside = QDir(m_folder->path()).entryList({QStringLiteral("*.broken-*")});
    QCOMPARE(aside.size(), 1);
    QFile kept(m_folder->filePath(aside.front()));
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QVERIFY(kept.readAll().startsWith(content.left(10)));
    history.reset();
    QVERIFY(opened()->problems().empty());
}

void TestHistory::writableRootsSurviveDamage() {
    {
        auto history = opened();
        QVERIFY(history->addWritableRoot("/work/\xff"));
        QVERIFY(history->addWritableRoot("/a"));
        QVERIFY(history->addWritableRoot("/a"));
        QCOMPARE(*history->writableRoots(), (std::vector<std::string>{"/a", "/work/\xff"}));
    }
    {
        const auto connection = HistoryConnection::open(file());
        QVERIFY(executeSql((*connection)->database(), "PRAGMA user_version = 999"));
    }
    auto history = opened();
    QVERIFY(history);
    QCOMPARE(history->problems().size(), std::size_t{1});
    QCOMPARE(*history->writableRoots(), (std::vector<std::string>{"/a", "/work/\xff"}));
}

void TestHistory::fullDiskRefusesTheAct() {
    auto history = opened();
    QVERIFY(history->runStarted(someRun("before", 1)));
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto restore = [&] { ::setrlimit(RLIMIT_FSIZE, &before); };
    ScopeExit guard(restore);
    rlimit tight{200 * 1024, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
    bool refused = false;
    for (int i = 0; i < 100 && !refused; ++i) {
        RunSummary run = someRun("r" + std::to_string(i), 2);
        run.command = std::string(20000, 'c');
        const auto result = history->runStarted(run);
        refused = !result;
        if (refused)
            QVERIFY(!result.error().text.empty());
    }
    QVERIFY(refused);
    history->execs({someExec("before", 1, 1)});
    restore();
    guard.dismiss();
    QVERIFY(history->runStarted(someRun("after", 3)));
    history->flush();
    QTRY_COMPARE_WITH_TIMEOUT(history->query({})->size(), std::size_t{1}, 10000);
}

void TestHistory::tenThousandExecsInTime() {
    auto history = opened();
    std::vector<ExecRecord> records;
    for (std::uint64_t i = 1; i <= 10000; ++i) {
        records.push_back(someExec("run", i, static_cast<std::int64_t>(i)));
        records.back().outcome = Verdict::Inside;
    }
    QElapsedTimer clock;
    clock.start();
    history->execs(std::move(records));
    QVERIFY2(clock.elapsed() < 100 * test::slowdown, "handing over must not wait for the disk");
    history->flush();
    QVERIFY(history->problems().empty());
    QCOMPARE(history->query(with([](HistoryQuery& q) { q.most = limits::historyRows; }))->size(), std::size_t{10000});
    // One record alone is on disk within the window (four times it, for a busy machine), without a flush.
    ExecRecord lone = someExec("lone", 1, 1);
    clock.start();
    history->execs({lone});
    while (history->query(with([](HistoryQuery& q) { q.run.value = "lone"; }))->empty() &&
           clock.elapsed() < 5000 * test::slowdown)
        QTest::qWait(1);
    QVERIFY(clock.elapsed() < 400 * test::slowdown);
}

void TestHistory::decisionsDoNotWaitForABacklog() {
    auto history = opened();
    std::vector<ExecRecord> records;
    for (std::uint64_t i = 1; i <= 10000; ++i)
        records.push_back(someExec("run", i, 1));
    history->execs(std::move(records));
    qint64 longest = 0;
    QElapsedTimer clock;
    for (int i = 0; i < 20; ++i) {
        QTest::qWait(10); // somewhere in the writer's work
        clock.start();
        QVERIFY(history->runStarted(someRun("run " + std::to_string(i), 1)));
        longest = std::max(longest, clock.elapsed());
    }
    QVERIFY2(longest < 500, qPrintable(QString::number(longest))); // one transaction of many, on a busy machine
    history->flush();
    QCOMPARE(history->query(with([](HistoryQuery& q) { q.most = limits::historyRows; }))->size(), std::size_t{10000});
}

void TestHistory::aBacklogIsWrittenAtTheEnd() {
    {
        auto history = opened();
        std::vector<ExecRecord> records;
        for (std::uint64_t i = 1; i <= 3 * limits::historyTransaction + 1; ++i)
            records.push_back(someExec("run", i, 1));
        history->execs(std::move(records));
    }
    QCOMPARE(opened()->query(with([](HistoryQuery& q) { q.most = limits::historyRows; }))->size(),
             3 * limits::historyTransaction + 1);
}

void TestHistory::beyondTheQueueIsCounted() {
    auto history = opened();
    std::vector<ExecRecord> records(limits::historyQueue + 5, someExec("run", 1, 1));
    history->execs(std::move(records));
    history->flush();
    QCOMPARE(history->problems().size(), std::size_t{1});
    QVERIFY(history->problems().front().find(" 5 commands") != std::string::npos);
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestHistory)
#include "tst_history.moc"
