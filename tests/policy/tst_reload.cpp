#include "shared/base/uniquefd.h"
#include "tests/policy/policybench.h"

#include <QSignalSpy>
#include <QtTest>

#include <csignal>

#include <fcntl.h>

using namespace exeat;
using namespace exeat::test;

class ReloadTest : public QObject {
    Q_OBJECT
private slots:
    void reload_data() {
        QTest::addColumn<QString>("how");
        for (const char* how : {"rename", "truncate", "write in place", "write, then rename", "new folder", "remove"})
            QTest::newRow(how) << how;
    }

    void reload() {
        QFETCH(QString, how);
        const TestTree tree;
        const bool fromNothing = how == "new folder";
        QVERIFY(tree.makeFolder("home"));
        QVERIFY(fromNothing || tree.write(userFile, "prefix_rule(['old'], 'forbidden')"));
        const auto store = createStore(tree.runtimePaths());
        QCOMPARE(verdictOf(store->snapshot({}), {"old"}), fromNothing ? Verdict::Inside : Verdict::Deny);
        QSignalSpy changed(store.get(), &PolicyStore::changed);
        const QByteArray next = "prefix_rule(['new'], 'forbidden')";
        if (how == "rename")
            QVERIFY(QFile::rename(tree.path(userFile), tree.path("home/.codex/rules/u.off")));
        else if (how == "truncate")
            QVERIFY(tree.write(userFile, ""));
        else if (how == "remove")
            QVERIFY(QDir(tree.path("home/.codex")).removeRecursively());
        else if (how == "write, then rename")
            QVERIFY(replaceByRename(tree, userFile, next));
        else
            QVERIFY(tree.write(userFile, next));
        QTRY_VERIFY(!changed.isEmpty());
        const bool hasNew = fromNothing || how.startsWith("write");
        QTRY_COMPARE(verdictOf(store->snapshot({}), {"new"}), hasNew ? Verdict::Deny : Verdict::Inside);
        QCOMPARE(verdictOf(store->snapshot({}), {"old"}), Verdict::Inside);
        // The watch outlives the change.
        changed.clear();
        QVERIFY(replaceByRename(tree, userFile, "prefix_rule(['third'], 'forbidden')"));
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(verdictOf(store->snapshot({}), {"third"}), Verdict::Deny);
    }

    /** No event tells that a lease is over; whoever has one keeps a rule waiting, and not for ever. */
    void aLeaseDelaysARuleOnly() {
        ::signal(SIGIO, SIG_IGN); // by which the kernel asks for the lease back
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['old'], 'forbidden')"));
        const auto store = createStore(tree.runtimePaths());
        QVERIFY(tree.write("home/.codex/rules/new", "prefix_rule(['new'], 'forbidden')"));
        const UniqueFd leased(::open(tree.at("home/.codex/rules/new").c_str(), O_RDONLY | O_CLOEXEC));
        QCOMPARE(::fcntl(leased.get(), F_SETLEASE, F_WRLCK), 0);
        QCOMPARE(::rename(tree.at("home/.codex/rules/new").c_str(), tree.at(userFile).c_str()), 0);
        QTRY_VERIFY(joined(store->problems(), "has a lease on"));
        QCOMPARE(verdictOf(store->snapshot({}), {"old"}), Verdict::Deny); // the last good version
        QSignalSpy changed(store.get(), &PolicyStore::changed);
        QCOMPARE(::fcntl(leased.get(), F_SETLEASE, F_UNLCK), 0);
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(verdictOf(store->snapshot({}), {"new"}), Verdict::Deny);
        QVERIFY(store->problems().empty());
    }

    void churnDelaysNoRule() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['old'], 'forbidden')"));
        const auto store = createStore(tree.runtimePaths());
        QSignalSpy changed(store.get(), &PolicyStore::changed);
        // Never quiet for as long as the store waits for that.
        QTimer churn;
        bool churns = true;
        QElapsedTimer sinceLast;
        qint64 longestPause = 0;
        connect(&churn, &QTimer::timeout, this, [&] {
            longestPause = std::max(longestPause, sinceLast.isValid() ? sinceLast.restart() : 0);
            if (!sinceLast.isValid())
                sinceLast.start();
            churns = churns && tree.write("home/.codex/rules/noise", "x") &&
                     QFile::remove(tree.path("home/.codex/rules/noise"));
        });
        churn.start(1);
        QTRY_VERIFY(sinceLast.isValid());
        QVERIFY(tree.write(userFile, "prefix_rule(['new'], 'forbidden')"));
        QElapsedTimer waited;
        waited.start();
        QTRY_VERIFY(!changed.isEmpty());
        QVERIFY(churns);
        QVERIFY2(waited.elapsed() < 1000 || longestPause > 100, std::to_string(waited.elapsed()).c_str());
        QCOMPARE(verdictOf(store->snapshot({}), {"new"}), Verdict::Deny);
    }

    void aChangeSeenAtUseIsToldToo() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['old'], 'forbidden')"));
        const auto store = createStore(tree.runtimePaths());
        QSignalSpy changed(store.get(), &PolicyStore::changed);
        QVERIFY(tree.write(userFile, "prefix_rule(['new'], 'forbidden')"));
        QCOMPARE(verdictOf(store->snapshot({}), {"new"}), Verdict::Deny); // before any event
        QTRY_VERIFY(!changed.isEmpty());
    }
};

QTEST_GUILESS_MAIN(ReloadTest)
#include "tst_reload.moc"
