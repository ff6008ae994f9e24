#include "service/gate/sandbox/mountplan.h"
#include "service/gate/sandbox/whilechanged.h"
#include "shared/base/scopeexit.h"
#include "tests/sandbox/sandboxbench.h"

#include <QDir>
#include <QtTest>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace exeat;
using exeat::test::Bench;

/** What others do in the same folders while runs are planned and while they live. */
class TestSandboxChanges : public QObject {
    Q_OBJECT

private slots:
    void attempts_data();
    void attempts();
    void twoServicesShareAFolder();
    void strangersPlaceholdersAreBorrowed();
};

void TestSandboxChanges::attempts_data() {
    QTest::addColumn<int>("changes");
    QTest::addColumn<int>("calls");
    QTest::addColumn<bool>("works");
    QTest::newRow("none") << 0 << 1 << true;
    QTest::newRow("one") << 1 << 2 << true;
    QTest::newRow("at the bound") << limits::planAttempts - 1 << limits::planAttempts << true;
    QTest::newRow("one past it") << limits::planAttempts << limits::planAttempts << false;
}

void TestSandboxChanges::attempts() {
    QFETCH(int, changes);
    QFETCH(int, calls);
    QFETCH(bool, works);
    int called = 0;
    const auto result = gate::whileChanged([&]() -> Result<int> {
        if (called++ < changes)
            return std::unexpected(gate::changedMeanwhile("/p/.git"));
        return called;
    });
    QCOMPARE(result.has_value(), works);
    QCOMPARE(called, calls);
    called = 0;
    const auto other = gate::whileChanged([&]() -> Result<int> {
        ++called;
        return fail(ErrorKind::Refused, "no");
    });
    QVERIFY(!other);
    QCOMPARE(called, 1);
}

/** Two state folders, so that neither knows the other's placeholders: as two users who share /tmp. */
void TestSandboxChanges::twoServicesShareAFolder() {
    Bench bench;
    auto ready = makePipe();
    QVERIFY(ready.has_value());
    const pid_t other = ::fork(); // its own pool: the child of whoever calls start() is bubblewrap
    if (other == 0) {
        qputenv("XDG_STATE_HOME", QByteArray::fromStdString(bench.outside()));
        bench.newPool();
        for (;;) {
            (void)bench.run(bench.spec(), "true"); // and lets go of its placeholders at once
            (void)writeAll(ready->write.get(), "x");
        }
    }
    const ScopeExit end([&] {
        ::kill(other, SIGKILL);
        ::waitpid(other, nullptr, 0);
    });
    char byte = 0;
    QCOMPARE(::read(ready->read.get(), &byte, 1), ssize_t{1});
    for (int i = 0; i < 300; ++i) {
        const auto outcome = bench.run(bench.spec(), "mkdir .git 2>/dev/null && echo hole; touch f");
        QVERIFY2(outcome.error.empty(), outcome.error.c_str());
        QVERIFY2(outcome.ok() && outcome.output.empty(), outcome.output.c_str());
    }
}

void TestSandboxChanges::strangersPlaceholdersAreBorrowed() {
    Bench bench;
    const auto exists = [&](const char* name) {
        return QFile::exists(QString::fromStdString(bench.workspace() + "/" + name));
    };
    auto spec = bench.spec();
    spec.readOnlyPaths = {bench.workspace() + "/.profile"}; // its placeholder is a file
    auto stranger = bench.strangersPool();
    auto theirs = bench.startIn(*stranger, spec, "true");
    QVERIFY(theirs.has_value());
    auto gate = makePipe();
    QVERIFY(gate.has_value());
    auto ours = bench.start(spec, "read -u 5; mkdir .git && echo hole; : > .profile && echo hole; echo done",
                            {{gate->read.get(), 5}});
    QVERIFY2(ours.has_value(), ours ? "" : ours.error().text.c_str());
    Bench::finish(std::move(*theirs));
    stranger->settle();
    QVERIFY(exists(".git") && exists(".profile"));
    gate->write.reset();
    const auto outcome = Bench::finish(std::move(*ours));
    QVERIFY2(!outcome.output.contains("hole") && outcome.output.contains("done"), outcome.output.c_str());
    // Whose they are removes them, once they are given back; what only looks like one stays.
    QVERIFY(QDir(QString::fromStdString(bench.workspace())).mkdir(QStringLiteral("empty")));
    spec.readOnlyPaths.push_back(bench.workspace() + "/empty");
    QVERIFY(bench.run(spec, "true").ok());
    QVERIFY(exists(".git"));
    stranger->settle();
    QVERIFY(!exists(".git") && !exists(".profile") && exists("empty"));
}

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    TestSandboxChanges test;
    return test::runAsRootAndUser(test, argc, argv);
}

#include "tst_sandboxchanges.moc"
