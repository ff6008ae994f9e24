#include "service/history/historydatabase.h"
#include "service/history/retention.h"
#include "shared/base/limits.h"
#include "tests/history/somerecords.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

namespace exeat {

class TestRetention : public QObject {
    Q_OBJECT
private slots:
    void byAge();
    void bySize();
    void aFloodPushesOutNothingThatMatters_data();
    void aFloodPushesOutNothingThatMatters();

private:
    std::string file() const {
        return m_folder.filePath(QTest::currentTestFunction() + QStringLiteral(".sqlite")).toStdString();
    }
    QTemporaryDir m_folder;
};

void TestRetention::byAge() {
    auto history = *History::open(file());
    QVERIFY(history->execDecided(someExec("old", 1, 1000 - base)));
    QVERIFY(history->execDecided(someExec("new", 1, 0)));
    QVERIFY(history->runStarted(someRun("unfinished", 1000)));
    RunSummary done = someRun("finished", 1000);
    done.endedAt = 2000;
    QVERIFY(history->runEnded(done));
    QVERIFY(history->addWritableRoot("/kept"));
    const auto connection = HistoryConnection::open(file());
    QVERIFY(applyRetention((*connection)->database(), {}));
    QCOMPARE(history->query({})->size(), std::size_t{1});
    QCOMPARE(history->query({})->front().run.value, std::string("new"));
    QCOMPARE(history->runs(10)->size(), std::size_t{1});
    QCOMPARE(history->runs(10)->front().run.value, std::string("unfinished"));
    QCOMPARE(history->writableRoots()->size(), std::size_t{1});
}

void TestRetention::bySize() {
    auto history = *History::open(file());
    std::vector<ExecRecord> records;
    for (std::uint64_t i = 1; i <= 3000; ++i)
        records.push_back(someExec("run", i, static_cast<std::int64_t>(i)));
    history->execs(std::move(records));
    history->flush();
    const auto connection = HistoryConnection::open(file());
    const auto& database = (*connection)->database();
    const auto pages = *sqlNumber(database, "PRAGMA page_count") * *sqlNumber(database, "PRAGMA page_size");
    QVERIFY(applyRetention(database, {pages / 2, std::chrono::hours(24)}));
    const auto left = history->query(with([](HistoryQuery& q) { q.most = limits::historyRows; }));
    QVERIFY(left->size() > 100);
    QVERIFY(left->size() < 2900);
    QCOMPARE(left->front().exec.value, std::uint64_t{3000}); // the newest stays
    // What cannot be reached ends all the same.
    QVERIFY(applyRetention(database, {1, std::chrono::hours(24)}));
}

void TestRetention::aFloodPushesOutNothingThatMatters_data() {
    QTest::addColumn<int>("flood");
    QTest::newRow("inside") << static_cast<int>(Verdict::Inside);
    QTest::newRow("refused") << static_cast<int>(Verdict::Deny);
}

void TestRetention::aFloodPushesOutNothingThatMatters() {
    QFETCH(int, flood);
    const std::string path = m_folder.filePath(QStringLiteral("flood%1.sqlite").arg(flood)).toStdString();
    auto history = *History::open(path);
    // Older than all else: what ran outside by a rule, and what a person was asked about, one way or the other.
    const auto byRule = [](ExecRecord record, Verdict outcome) {
        record.judgement.verdict = record.outcome = outcome;
        record.decidedBy = AnswerSource::Rule;
        record.decidedWho.clear();
        return record;
    };
    auto asked = someExec("asked", 1, 2);
    asked.outcome = Verdict::Deny;
    auto inside = someExec("asked-inside", 1, 3);
    inside.outcome = Verdict::Inside;
    QVERIFY(history->execDecided(byRule(someExec("outside", 1, 1), Verdict::Escalate)));
    QVERIFY(history->execDecided(asked) && history->execDecided(inside));
    for (const char* id : {"outside", "idle"}) {
        RunSummary run = someRun(id, base);
        run.endedAt = base + 10;
        QVERIFY(history->runEnded(run));
    }
    std::vector<ExecRecord> records;
    for (std::uint64_t i = 1; i <= 3000; ++i)
        records.push_back(byRule(someExec("flood", i, static_cast<std::int64_t>(i) + 10), static_cast<Verdict>(flood)));
    history->execs(std::move(records));
    history->flush();
    const auto connection = HistoryConnection::open(path);
    const auto& database = (*connection)->database();
    const auto pages = *sqlNumber(database, "PRAGMA page_count") * *sqlNumber(database, "PRAGMA page_size");
    QVERIFY(applyRetention(database, {pages / 2, std::chrono::hours(24)}));
    const auto left = history->query(with([](HistoryQuery& q) { q.most = limits::historyRows; }));
    QVERIFY(left->size() > 100 && left->size() < 2900);
    const auto kept = [&](const char* run) {
        return std::ranges::any_of(*left, [&](const ExecRecord& record) { return record.run.value == run; });
    };
    QVERIFY(kept("outside") && kept("asked") && kept("asked-inside") && kept("flood"));
    const auto runs = history->runs(10);
    QVERIFY(std::ranges::any_of(*runs, [](const RunSummary& run) { return run.run.value == "outside"; }));
    // And last, where nothing else is left.
    QVERIFY(applyRetention(database, {1, std::chrono::hours(24)}));
    QVERIFY(history->query({})->empty());
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestRetention)
#include "tst_retention.moc"
