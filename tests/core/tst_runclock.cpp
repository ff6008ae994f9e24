#include "service/run/runclock.h"

#include <QTest>

using namespace std::chrono_literals;
using exeat::RunClock;

class TestRunClock : public QObject {
    Q_OBJECT
private slots:
    void init() { m_now = 1000s; }

    void countsOnlyWhileItMoves() {
        RunClock clock = make(10s);
        clock.start();
        m_now += 3s;
        QCOMPARE(clock.remaining().value(), std::chrono::nanoseconds(7s));
        clock.hold();
        m_now += 1h;
        QVERIFY(!clock.remaining());
        QCOMPARE(clock.elapsed(), std::chrono::nanoseconds(3s));
        clock.release();
        m_now += 8s;
        QCOMPARE(clock.remaining().value(), 0ns);
        clock.stop();
        m_now += 1h;
        QCOMPARE(clock.elapsed(), std::chrono::nanoseconds(11s));
    }
    void questionsNest() {
        RunClock clock = make(10s);
        clock.start();
        clock.hold();
        clock.hold();
        clock.release();
        m_now += 1h;
        QVERIFY(!clock.remaining());
        clock.release();
        QCOMPARE(clock.remaining().value(), std::chrono::nanoseconds(10s));
    }
    void aQuestionBeforeTheStartCostsNothing() {
        RunClock clock = make(10s);
        clock.hold();
        m_now += 1h;
        clock.release();
        clock.start();
        QCOMPARE(clock.remaining().value(), std::chrono::nanoseconds(10s));
    }
    void aStrayReleaseChangesNothing() {
        RunClock clock = make(10s);
        clock.start();
        m_now += 4s;
        clock.release();
        QCOMPARE(clock.elapsed(), std::chrono::nanoseconds(4s));
    }
    void withoutLimitThereIsNoEnd() {
        RunClock clock = make(std::nullopt);
        clock.start();
        m_now += 1000h;
        QVERIFY(!clock.remaining());
    }

private:
    RunClock make(std::optional<std::chrono::nanoseconds> limit) {
        return RunClock([this] { return m_now; }, limit);
    }
    std::chrono::nanoseconds m_now{0};
};

QTEST_GUILESS_MAIN(TestRunClock)
#include "tst_runclock.moc"
