#include "shared/base/limits.h"
#include "shared/base/scopeexit.h"
#include "tests/policy/policybench.h"

#include <QtTest>

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace exeat;
using namespace exeat::test;

namespace {

bool breakFile(const TestTree& tree, const QString& file, const QString& how) {
    const std::string path = tree.at(file);
    if (how == "syntax")
        return tree.write(file, "prefix_rule(['beta'\n");
    if (how == "failing example")
        return tree.write(file, "prefix_rule(['b'], match=['x'])");
    if (how == "endless loop")
        return tree.write(file, "[prefix_rule(['free']) for x in range(1000000000) if False]");
    if (how == "invalid UTF-8")
        return tree.write(file, "\xFF");
    if (how == "huge")
        return tree.write(file, QByteArray(static_cast<int>(limits::rulesFileBytes) + 1, '#'));
    if (how == "unreadable")
        return ::chmod(path.c_str(), 0) == 0;
    ::unlink(path.c_str());
    if (how == "folder")
        return ::mkdir(path.c_str(), 0700) == 0;
    return how == "pipe" ? ::mkfifo(path.c_str(), 0600) == 0 : ::symlink("/etc/passwd", path.c_str()) == 0;
}

} // namespace

class BrokenRulesTest : public QObject {
    Q_OBJECT
private slots:
    /** Each of five layers, broken in each way. */
    void breaking_data() {
        QTest::addColumn<int>("broken"); ///< of fiveLayers
        QTest::addColumn<QString>("how");
        QTest::addColumn<QString>("words");
        static constexpr std::pair<const char*, const char*> ways[] = {
            {"syntax", ":1:13: "},         {"failing example", ":1:27: "},
            {"unreadable", "cannot open"}, {"invalid UTF-8", "not valid UTF-8"},
            {"folder", "is a folder"},     {"endless loop", "too much work"},
            {"huge", "larger than"},       {"symbolic link", "is a symbolic link"},
            {"pipe", "is a pipe"},
        };
        for (int layer = 0; layer < 5; ++layer) {
            for (const auto& [how, words] : ways)
                QTest::addRow("%s, %s", fiveLayers[layer].program, how) << layer << how << words;
        }
    }
    void breaking() {
        QFETCH(int, broken);
        QFETCH(QString, how);
        QFETCH(QString, words);
        const TestTree tree;
        QVERIFY(writeFiveLayers(tree));
        const QString file = fiveLayers[broken].path;
        // Root reads everything, so for this row root reads as somebody else, who owns the tree.
        const bool asAnother = how == "unreadable" && ::geteuid() == 0;
        if (asAnother) {
            QVERIFY(tree.giveTo(65534));
            ::setfsuid(65534);
        }
        const ScopeExit asBefore([] { ::setfsuid(::geteuid()); });

        const auto store = createStore(tree.runtimePaths());
        QCOMPARE(verdictOf(store->snapshot({tree.at("w"), {}, {}}), {fiveLayers[broken].program}), Verdict::Deny);
        QVERIFY(breakFile(tree, file, how));
        // Its last good version and the other four hold, after a restart, too.
        for (int start = 0; start < 2; ++start) {
            const auto again = start == 0 ? nullptr : createStore(tree.runtimePaths());
            auto& current = again ? *again : *store;
            const auto later = current.snapshot({tree.at("w"), {}, {}});
            for (const auto& layer : fiveLayers)
                QCOMPARE(verdictOf(later, {layer.program}), Verdict::Deny);
            QCOMPARE(verdictOf(later, {"free"}), Verdict::Escalate);
            QVERIFY2(joined(current.problems(), qPrintable(words)), current.problems().at(0).c_str());
            QVERIFY(joined(current.problems(), (fiveLayers[broken].path + std::string()).c_str()));
            QVERIFY(joined(current.problems(), "last good version stays in force"));
        }

        // A service that never saw it good asks for all that rules allow; the other four hold.
        RuntimePaths forgetful = tree.runtimePaths();
        forgetful.stateFolder = tree.at("nowhere");
        const auto fresh = createStore(forgetful);
        const auto without = fresh->snapshot({tree.at("w"), {}, {}});
        for (const auto& layer : fiveLayers) {
            if (layer.path != file)
                QCOMPARE(verdictOf(without, {layer.program}), Verdict::Deny);
        }
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
        QVERIFY(createStore(tree.runtimePaths())->snapshot(scope).brokenNote.empty());
        for (const char* file : {userFile, projectFile})
            QVERIFY(tree.write(file, "prefix_rule("));
        for (int start = 0; start < 2; ++start) { // what is kept is not lost by a start with a broken file
            const auto store = createStore(tree.runtimePaths());
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
        QCOMPARE(verdictOf(createStore(tree.runtimePaths())->snapshot({}), {"git"}), Verdict::Escalate);
        QVERIFY(QFile::remove(tree.path(userFile)));
        QCOMPARE(verdictOf(createStore(tree.runtimePaths())->snapshot({}), {"git"}), Verdict::Inside);
        QVERIFY(tree.write(userFile, "prefix_rule("));
        const auto store = createStore(tree.runtimePaths());
        QCOMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Inside);
        QVERIFY(!store->snapshot({}).brokenNote.empty());
    }

    void aDamagedLastGoodVersionIsNone() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['git'])"));
        QVERIFY(createStore(tree.runtimePaths())->problems().empty());
        const QDir kept(tree.path("last-good-rules"));
        QCOMPARE(kept.entryList(QDir::Files).size(), 1);
        QFile file(kept.filePath(kept.entryList(QDir::Files).front()));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.resize(file.size() - 1));
        QVERIFY(tree.write(userFile, "prefix_rule("));
        const auto snapshot = createStore(tree.runtimePaths())->snapshot({});
        QVERIFY(!snapshot.brokenNote.empty() && snapshot.rules.empty());
    }
};

QTEST_GUILESS_MAIN(BrokenRulesTest)
#include "tst_brokenrules.moc"
