#include "service/history/historydatabase.h"
#include "service/history/retention.h"
#include "shared/base/limits.h"
#include "tests/history/somerecords.h"

#include <QTemporaryDir>
#include <QTest>

namespace exeat {

class TestRetention : public QObject {
    Q_OBJECT
private slots:
    void byAge();
    void bySize();

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

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestRetention)
#include "tst_retention.moc"
