#include "shared/base/limits.h"
#include "shared/base/scopeexit.h"
#include "tests/policy/projectbench.h"

#include <QSignalSpy>
#include <QtTest>

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace exeat;
using namespace exeat::test;

namespace {

constexpr auto requirementsFile = "etc/codex/requirements.toml";

QByteArray requiring(const QByteArray& program, const QByteArray& decision) {
    return "[rules]\nprefix_rules = [{pattern = [{token = \"" + program + "\"}], decision = \"" + decision +
           "\", justification = \"of the house\"}]\n";
}

} // namespace

/** requirements.toml in the policy: last, tightening only, and in force whatever happens to files. */
class RequirementsFileTest : public QObject {
    Q_OBJECT
private slots:
    void tightensBesideEverything() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['git'])\nprefix_rule(['make'])") &&
                tree.write(requirementsFile, requiring("git", "forbidden")));
        const auto store = createStore(tree.runtimePaths());
        QVERIFY(store->problems().empty());
        const auto snapshot = store->snapshot({{}, {}, {ruleFor({"git"}, RuleDecision::Allow)}});
        const auto git = judged(snapshot, {"git", "status"});
        QCOMPARE(git.verdict, Verdict::Deny);
        QVERIFY(git.reason.find("requirements.toml:2: of the house") != std::string::npos);
        QCOMPARE(git.trace.back().layer, Layer::Requirements);
        QCOMPARE(verdictOf(snapshot, {"make"}), Verdict::Escalate);
        // The last of those that are as strict gives the reason.
        QVERIFY(tree.write(userFile, "prefix_rule(['git'], 'forbidden', justification='mine')"));
        QVERIFY(judged(store->snapshot({}), {"git"}).reason.find("of the house") != std::string::npos);
    }

    void survivesBrokenRules() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(") && tree.write(requirementsFile, requiring("git", "prompt-user")));
        const auto store = createStore(tree.runtimePaths());
        QCOMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Ask);
    }

    void broken_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("no TOML") << QByteArray("[rules") << "requirements.toml:1:";
        QTest::newRow("an allow") << requiring("git", "allow")
                                  << "rules.prefix_rules[0].decision: requirements may only";
        QTest::newRow("invalid UTF-8") << QByteArray("\xFF") << "not valid UTF-8";
        QTest::newRow("huge") << QByteArray(static_cast<int>(limits::rulesFileBytes) + 1, '#') << "larger than";
        QTest::newRow("folder") << QByteArray("folder") << "is a folder";
        QTest::newRow("pipe") << QByteArray("pipe") << "is a pipe";
        QTest::newRow("link to nowhere") << QByteArray("link") << "cannot look at";
        QTest::newRow("unreadable") << QByteArray("unreadable") << "cannot open";
    }
    void broken() {
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['free'])") &&
                tree.write(requirementsFile, requiring("git", "forbidden")));
        const std::string path = tree.at(requirementsFile);
        const bool asAnother = text == "unreadable" && ::geteuid() == 0;
        if (asAnother) {
            QVERIFY(tree.giveTo(65534));
            ::setfsuid(65534);
        }
        const ScopeExit asBefore([] { ::setfsuid(::geteuid()); });
        auto store = createStore(tree.runtimePaths());
        QCOMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Deny);
        if (text == "unreadable") {
            QCOMPARE(::chmod(path.c_str(), 0), 0);
        } else if (text == "folder" || text == "pipe" || text == "link") {
            QCOMPARE(::unlink(path.c_str()), 0);
            QCOMPARE(text == "folder" ? ::mkdir(path.c_str(), 0700)
                     : text == "pipe" ? ::mkfifo(path.c_str(), 0600)
                                      : ::symlink("/nowhere/at/all", path.c_str()),
                     0);
        } else {
            QVERIFY(tree.write(requirementsFile, text));
        }
        // Its last good version holds and nothing else changes, after a restart, too.
        for (int start = 0; start < 2; ++start) {
            const auto snapshot = store->snapshot({});
            QCOMPARE(verdictOf(snapshot, {"git"}), Verdict::Deny);
            QCOMPARE(verdictOf(snapshot, {"free"}), Verdict::Escalate);
            QVERIFY2(joined(store->problems(), qPrintable(words)), store->problems().at(0).c_str());
            QVERIFY(joined(store->problems(), "last good version stays in force"));
            store = createStore(tree.runtimePaths());
        }
        // Without one, all that rules allow is asked.
        RuntimePaths forgetful = tree.runtimePaths();
        forgetful.stateFolder = tree.at("nowhere");
        const auto fresh = createStore(forgetful);
        QCOMPARE(verdictOf(fresh->snapshot({}), {"free"}), Verdict::Ask);
        QVERIFY(joined(fresh->problems(), "what rules allow is asked"));
    }

    void aLinkIsFollowed() {
        const TestTree tree;
        QVERIFY(tree.write("real.toml", requiring("git", "forbidden")) && tree.makeFolder("etc/codex"));
        QVERIFY(QFile::link(tree.path("real.toml"), tree.path(requirementsFile)));
        const auto store = createStore(tree.runtimePaths());
        QCOMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Deny);
    }

    void changesAreSeen() {
        const TestTree tree;
        const auto store = createStore(tree.runtimePaths());
        QVERIFY(tree.makeFolder("etc/codex"));
        QCOMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Inside);
        QSignalSpy changed(store.get(), &PolicyStore::changed);
        QVERIFY(tree.write(requirementsFile, requiring("git", "forbidden")));
        QTRY_VERIFY(!changed.isEmpty());
        QTRY_COMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Deny);
        changed.clear();
        QVERIFY(replaceByRename(tree, requirementsFile, requiring("git", "prompt")));
        QTRY_VERIFY(!changed.isEmpty());
        QTRY_COMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Ask);
        QVERIFY(QFile::remove(tree.path(requirementsFile)));
        QCOMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Inside);
        // What the administrator took away does not come back with a broken file.
        QVERIFY(tree.write(requirementsFile, "broken"));
        QCOMPARE(verdictOf(createStore(tree.runtimePaths())->snapshot({}), {"git"}), Verdict::Inside);
    }

    void unknownKeysAreTold() {
        const TestTree tree;
        QVERIFY(tree.write(requirementsFile, "[rules]\nnetwork = 1\n"));
        const auto store = createStore(tree.runtimePaths());
        QVERIFY(store->snapshot({}).brokenNote.empty());
        QVERIFY(joined(store->problems(), "rules.network: is unknown and ignored"));
    }
};

QTEST_GUILESS_MAIN(RequirementsFileTest)
#include "tst_requirementsfile.moc"
