#include "shared/base/limits.h"
#include "shared/base/scopeexit.h"
#include "tests/policy/policybench.h"

#include <QtTest>

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace exeat;
using namespace exeat::test;

class BrokenRulesTest : public QObject {
    Q_OBJECT
private:
    /** Five layers, one rule each: alpha … epsilon. */
    static bool writeFiveLayers(const TestTree& tree) {
        return tree.makeRepository("w") &&
               tree.write("install/share/exeat/rules/s.rules", "prefix_rule(['alpha'], 'forbidden')\n") &&
               tree.write(userFile, "prefix_rule(['beta'], 'forbidden')\nprefix_rule(['free'])\n") &&
               tree.write("home/.config/exeat/rules/e.rules", "prefix_rule(['gamma'], 'forbidden', exact=True)\n") &&
               tree.write(projectFile, "prefix_rule(['delta'], 'forbidden')\n") &&
               tree.write("w/.exeat/rules/x.rules", "prefix_rule(['epsilon'], 'forbidden', exact=True)\n");
    }
private slots:
    void breaking_data() {
        QTest::addColumn<QString>("how");
        QTest::addColumn<QString>("words");
        QTest::newRow("syntax") << "prefix_rule(['beta'\n" << "u.rules:1:13";
        QTest::newRow("failing example") << "prefix_rule(['beta'], match=['x'])" << "u.rules:1:30";
        QTest::newRow("invalid UTF-8") << "\xFF" << "not valid UTF-8";
        QTest::newRow("huge") << "huge" << "larger than";
        QTest::newRow("folder") << "folder" << "is a folder";
        QTest::newRow("symbolic link") << "link" << "is a symbolic link";
        QTest::newRow("pipe") << "pipe" << "is a pipe";
        QTest::newRow("unreadable") << "unreadable" << "cannot open";
    }

    void breaking() {
        QFETCH(QString, how);
        QFETCH(QString, words);
        const TestTree tree;
        QVERIFY(writeFiveLayers(tree));
        const auto breakIt = [&] {
            const QString file = userFile;
            const std::string path = tree.at(file);
            if (how == "huge")
                return tree.write(file, QByteArray(static_cast<int>(limits::rulesFileBytes) + 1, '#'));
            if (how == "unreadable")
                return ::chmod(path.c_str(), 0) == 0;
            if (how != "folder" && how != "link" && how != "pipe")
                return tree.write(file, QTest::currentDataTag() == QByteArray("invalid UTF-8") ? QByteArray("\xFF")
                                                                                               : how.toUtf8());
            ::unlink(path.c_str());
            if (how == "folder")
                return ::mkdir(path.c_str(), 0700) == 0;
            return how == "pipe" ? ::mkfifo(path.c_str(), 0600) == 0 : ::symlink("/etc/passwd", path.c_str()) == 0;
        };
        // Root reads everything, so for this row root reads as somebody else, who owns the tree.
        const bool asAnother = how == "unreadable" && ::geteuid() == 0;
        if (asAnother) {
            QVERIFY(tree.giveTo(65534));
            ::setfsuid(65534);
        }
        const ScopeExit asBefore([] { ::setfsuid(::geteuid()); });

        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot({tree.at("w"), {}, {}}), {"beta"}), Verdict::Deny);
        QVERIFY(breakIt());
        // Its last good version and the other four hold.
        const auto later = store->snapshot({tree.at("w"), {}, {}});
        for (const char* name : {"alpha", "beta", "gamma", "delta", "epsilon"})
            QCOMPARE(verdictOf(later, {name}), Verdict::Deny);
        QCOMPARE(verdictOf(later, {"free"}), Verdict::Escalate);
        QVERIFY(joined(store->problems(), qPrintable(words)));
        QVERIFY(joined(store->problems(), "last good version stays in force"));

        // A service that never saw it good asks for all that rules allow; the other four hold.
        QVERIFY(tree.write("home/.codex/rules/v.rules", "prefix_rule(['free'])\n"));
        RuntimePaths forgetful = tree.runtimePaths();
        forgetful.stateFolder = tree.at("nowhere");
        const auto fresh = PolicyStore::create(forgetful, {});
        const auto without = fresh->snapshot({tree.at("w"), {}, {}});
        for (const char* name : {"alpha", "gamma", "delta", "epsilon"})
            QCOMPARE(verdictOf(without, {name}), Verdict::Deny);
        QCOMPARE(verdictOf(without, {"free"}), Verdict::Ask);
        QVERIFY(QString::fromStdString(without.brokenNote).contains(words));
        QVERIFY(joined(fresh->problems(), "after a restart"));
    }

    void theLastGoodVersionOutlivesARestart() {
        const TestTree tree;
        QVERIFY(tree.makeRepository("w"));
        QVERIFY(tree.write(userFile, "prefix_rule(['git'])\nprefix_rule(['git', 'push'], 'forbidden')"));
        QVERIFY(tree.write(projectFile, "prefix_rule(['curl'], 'forbidden')"));
        const PolicyScope scope{tree.at("w"), {}, {}};
        QVERIFY(PolicyStore::create(tree.runtimePaths(), {})->snapshot(scope).brokenNote.empty());
        for (const char* file : {userFile, projectFile})
            QVERIFY(tree.write(file, "prefix_rule("));
        for (int start = 0; start < 2; ++start) { // what is kept is not lost by a start with a broken file
            const auto store = PolicyStore::create(tree.runtimePaths(), {});
            const auto snapshot = store->snapshot(scope);
            QVERIFY(snapshot.brokenNote.empty());
            QCOMPARE(verdictOf(snapshot, {"git", "status"}), Verdict::Escalate);
            QCOMPARE(verdictOf(snapshot, {"git", "push"}), Verdict::Deny);
            QCOMPARE(verdictOf(snapshot, {"curl"}), Verdict::Deny);
            QVERIFY(joined(store->problems(), "u.rules:1:12") && joined(store->problems(), "stays in force"));
        }
        for (const auto& kept : QDir(tree.path("last-good-rules")).entryInfoList(QDir::Files))
            QCOMPARE(kept.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
                     QFile::Permissions());
    }

    void whatWasRemovedIsNotRecalled() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['git'])"));
        QCOMPARE(verdictOf(PolicyStore::create(tree.runtimePaths(), {})->snapshot({}), {"git"}), Verdict::Escalate);
        QVERIFY(QFile::remove(tree.path(userFile)));
        QCOMPARE(verdictOf(PolicyStore::create(tree.runtimePaths(), {})->snapshot({}), {"git"}), Verdict::Inside);
        QVERIFY(tree.write(userFile, "prefix_rule("));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Inside);
        QVERIFY(!store->snapshot({}).brokenNote.empty());
    }

    void aDamagedLastGoodVersionIsNone() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['git'])"));
        QVERIFY(PolicyStore::create(tree.runtimePaths(), {})->problems().empty());
        const QDir kept(tree.path("last-good-rules"));
        QCOMPARE(kept.entryList(QDir::Files).size(), 1);
        QFile file(kept.filePath(kept.entryList(QDir::Files).front()));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.resize(file.size() - 1));
        QVERIFY(tree.write(userFile, "prefix_rule("));
        const auto snapshot = PolicyStore::create(tree.runtimePaths(), {})->snapshot({});
        QVERIFY(!snapshot.brokenNote.empty() && snapshot.rules.empty());
    }
};

QTEST_GUILESS_MAIN(BrokenRulesTest)
#include "tst_brokenrules.moc"
