#include "service/run/finishedruns.h"
#include "shared/base/limits.h"

#include <QTest>

using namespace exeat;

/** How much of finished runs is kept, and that the oldest go first. */
class TestFinishedRuns : public QObject {
    Q_OBJECT

private:
    static RunId number(std::size_t index) { return {"run-" + std::to_string(index)}; }

private slots:
    void countAtTheLimitAndOnePast() {
        FinishedRuns runs;
        for (std::size_t i = 0; i < limits::keptRuns; ++i)
            QVERIFY(runs.add(number(i), 1).empty());
        const auto dropped = runs.add(number(limits::keptRuns), 1);
        QCOMPARE(dropped.size(), 1U);
        QVERIFY(dropped.front() == number(0));
    }
    void bytesAtTheLimitAndOnePast() {
        FinishedRuns runs;
        QVERIFY(runs.add(number(0), limits::keptRunBytes / 2).empty());
        QVERIFY(runs.add(number(1), limits::keptRunBytes / 2).empty());
        QVERIFY(runs.add(number(2), 1) == std::vector<RunId>{number(0)});
        QVERIFY(runs.add(number(3), limits::keptRunBytes) == (std::vector<RunId>{number(1), number(2)}));
    }
    void newestStaysHoweverLarge() {
        FinishedRuns runs;
        QVERIFY(runs.add(number(0), 2 * limits::keptRunBytes).empty());
        QVERIFY(runs.add(number(1), 1) == std::vector<RunId>{number(0)});
    }
    void removedGivesItsRoomBack() {
        FinishedRuns runs;
        QVERIFY(runs.add(number(0), limits::keptRunBytes).empty());
        runs.remove(number(0));
        runs.remove(number(7));
        QVERIFY(runs.add(number(1), limits::keptRunBytes).empty());
    }
};

QTEST_GUILESS_MAIN(TestFinishedRuns)
#include "tst_finishedruns.moc"
