#include "service/policy/truststore.h"
#include "shared/base/limits.h"
#include "shared/qt/sha256.h"
#include "tests/policy/projectbench.h"

#include <QtTest>

#include <chrono>

#include <fcntl.h>
#include <sys/stat.h>

using namespace exeat;
using namespace exeat::test;

namespace {

TrustRecord recordOf(const std::string& directory, const std::string& text = "prefix_rule(['x'])") {
    TrustRecord record{directory,        {{{"hash", 5, "somebody"}, {{".codex/rules/x.rules", text}}}}, {}, {}, true,
                       RulesReach::Below};
    record.tightening.push_back(ruleFor({"git", "push"}, RuleDecision::Forbidden));
    record.narrowing.push_back({"git", {"/usr/bin/git"}});
    return record;
}

timespec longAgo() {
    const auto moment = std::chrono::system_clock::now() - limits::trustGone - std::chrono::minutes(1);
    return {std::chrono::system_clock::to_time_t(moment), 0};
}

/** As if it had been seen gone for the first time then. */
bool goneSince(const std::string& folder, const std::string& directory, timespec moment) {
    const timespec times[2] = {moment, moment};
    return ::utimensat(AT_FDCWD, (folder + "/.gone-" + sha256Hex(directory)).c_str(), times, 0) == 0;
}

} // namespace

class TrustStoreTest : public QObject {
    Q_OBJECT
private slots:
    void keepsRecords() {
        const TestTree tree;
        const std::string folder = tree.at("trust");
        TrustStore store(folder);
        QVERIFY(store.put(recordOf("/a")) && store.put(recordOf("/b")));
        QVERIFY(store.put(recordOf("/b", "other"))); // in its place
        struct stat facts{};
        QCOMPARE(::stat(folder.c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 0777U, 0700U);
        for (const auto& file : QDir(tree.path("trust")).entryInfoList(QDir::Files | QDir::Hidden))
            QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
                     QFile::Permissions());
        TrustStore next(folder);
        QCOMPARE(next.records().size(), std::size_t{2});
        QCOMPARE(*next.find("/a"), recordOf("/a"));
        QCOMPARE(*next.find("/b"), recordOf("/b", "other"));
        QVERIFY(next.find("/c") == nullptr && !next.isDamaged("/c"));
        QVERIFY(next.remove("/a"));
        QVERIFY(TrustStore(folder).find("/a") == nullptr);
    }

    void damaged_data() {
        QTest::addColumn<QString>("how");
        for (const char* how : {"cut off", "longer", "other bytes", "of another project"})
            QTest::newRow(how) << how;
    }
    void damaged() {
        QFETCH(QString, how);
        ProjectBench bench;
        QVERIFY(bench.tree.write(userFile, "prefix_rule(['free'])"));
        QVERIFY(bench.says("prefix_rule(['curl'])\nprefix_rule(['git'], 'forbidden')") && bench.accept());
        const QDir folder(bench.tree.path("trust"));
        const QString path = folder.filePath(folder.entryList(QDir::Files).value(0));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        if (how == "cut off")
            QVERIFY(file.resize(file.size() - 1));
        else if (how == "longer")
            QVERIFY(file.seek(file.size()) && file.write("x") == 1);
        else if (how == "other bytes")
            QVERIFY(file.resize(0) && file.write("nonsense") == 8);
        else
            QVERIFY(file.rename(folder.filePath(QString(64, '0'))));
        file.close();
        bench.restart();
        // What was trusted is trusted no more.
        QCOMPARE(bench.verdict({"curl"}), Verdict::Inside);
        QCOMPARE(bench.verdict({"git"}), Verdict::Deny);
        if (how == "of another project")
            return;
        // Perhaps something was removed that forbade: then all that rules allow is asked, until a person looks.
        QCOMPARE(bench.verdict({"free"}), Verdict::Ask);
        QVERIFY(joined(bench.store->problems(), "can no longer be read"));
        QVERIFY(bench.accept());
        QCOMPARE(bench.verdict({"curl"}), Verdict::Escalate);
        QVERIFY(bench.store->problems().empty());
        bench.restart();
        QCOMPARE(bench.verdict({"free"}), Verdict::Escalate);
    }

    void aDamagedRecordIsNotGivenUpUnseen() {
        ProjectBench bench;
        QVERIFY(bench.tree.write(userFile, "prefix_rule(['free'])"));
        QVERIFY(bench.says("prefix_rule(['curl'])") && bench.accept());
        const QDir folder(bench.tree.path("trust"));
        QVERIFY(bench.tree.write("trust/" + folder.entryList(QDir::Files).value(0), "nonsense"));
        bench.restart();
        QCOMPARE(bench.verdict({"free"}), Verdict::Ask);
        QVERIFY(!bench.store->revokeTrust(bench.tree.at("w"))); // it would loosen, and to revoke is everybody's
        QCOMPARE(bench.verdict({"free"}), Verdict::Ask);
        QVERIFY(bench.saysNothing() && bench.accept());
        QCOMPARE(bench.verdict({"free"}), Verdict::Escalate);
    }

    void whatAWriteLeftBehindIsNoRecord() {
        const TestTree tree;
        QVERIFY(TrustStore(tree.at("trust")).put(recordOf("/a")));
        QVERIFY(tree.write("trust/.new-abcdef", "half"));
        QCOMPARE(TrustStore(tree.at("trust")).records().size(), std::size_t{1});
    }

    void aDiskThatTakesNothing() {
        const TestTree tree;
        TrustStore store(tree.at("nowhere/trust"));
        QVERIFY(!store.put(recordOf("/a")));
        QVERIFY(store.find("/a") == nullptr);
        store.putForNow(recordOf("/a"));
        QVERIFY(store.find("/a") != nullptr);
    }

    void nothingIsAcceptedThatCannotBeKept() {
        ProjectBench bench;
        auto paths = bench.tree.runtimePaths();
        paths.stateFolder = bench.tree.at("nowhere");
        bench.store = createStore(paths);
        QVERIFY(bench.says("prefix_rule(['curl'])\nprefix_rule(['git'], 'forbidden')"));
        QVERIFY(!bench.accept());
        QCOMPARE(bench.verdict({"curl"}), Verdict::Inside);
        // A removed rule holds as long as the service lives, and the user is told.
        QCOMPARE(bench.verdict({"git"}), Verdict::Deny);
        QVERIFY(bench.saysNothing());
        QCOMPARE(bench.verdict({"git"}), Verdict::Deny);
        QVERIFY(joined(bench.store->problems(), "after a restart, rules that are removed"));
    }

    void nobodyIsForgottenForBeingAway_data() {
        QTest::addColumn<bool>("there");    ///< when room is needed
        QTest::addColumn<bool>("longGone"); ///< as seen before
        QTest::addColumn<bool>("back");     ///< and seen back in between
        QTest::addColumn<bool>("forgotten");
        QTest::newRow("moved away a moment ago") << false << false << false << false;
        QTest::newRow("gone for long") << false << true << false << true;
        QTest::newRow("gone for long, and back") << true << true << false << false;
        QTest::newRow("back in between") << false << true << true << false;
    }
    void nobodyIsForgottenForBeingAway() {
        QFETCH(bool, there);
        QFETCH(bool, longGone);
        QFETCH(bool, back);
        QFETCH(bool, forgotten);
        const TestTree tree;
        const std::string folder = tree.at("trust");
        const std::string victim = tree.at("w/prod");
        QVERIFY(TrustStore(folder).put(recordOf(victim)));
        {
            const TrustStore seenGone(folder);
        }
        if (longGone)
            QVERIFY(goneSince(folder, victim, longAgo()));
        if (back) {
            QVERIFY(tree.makeFolder("w/prod"));
            const TrustStore seenBack(folder);
            QVERIFY(QDir(tree.path("w/prod")).removeRecursively());
        }
        if (there)
            QVERIFY(tree.makeFolder("w/prod"));
        TrustStore store(folder);
        QVERIFY(tree.makeFolder("there"));
        for (std::size_t i = 1; i < limits::trustRecords; ++i)
            store.putForNow(recordOf(tree.at("there") + std::string(i, '/'))); // an agent made them
        const auto more = store.put(recordOf(tree.at("one/more")));
        QCOMPARE(more.has_value(), forgotten);
        QCOMPARE(store.find(victim) == nullptr, forgotten);
        QCOMPARE(TrustStore(folder).find(victim) == nullptr, forgotten);
        if (!forgotten)
            QVERIFY(more.error().text.find("exeat trust accept") != std::string::npos);
    }

    /** The cure that is named where there is no room. */
    void toAcceptNothingIsToForget() {
        ProjectBench bench;
        QVERIFY(bench.says("prefix_rule(['git'], 'forbidden')"));
        QCOMPARE(bench.verdict({"git"}), Verdict::Deny);
        QVERIFY(bench.saysNothing());
        QCOMPARE(bench.verdict({"git"}), Verdict::Deny);
        QVERIFY(TrustStore(bench.tree.at("trust")).find(bench.tree.at("w")) != nullptr);
        QVERIFY(bench.accept());
        QCOMPARE(bench.verdict({"git"}), Verdict::Inside);
        QVERIFY(TrustStore(bench.tree.at("trust")).find(bench.tree.at("w")) == nullptr);
        // But a branch that was accepted stays accepted.
        QVERIFY(bench.says("prefix_rule(['curl'])") && bench.accept());
        QVERIFY(bench.saysNothing() && bench.accept());
        QVERIFY(bench.says("prefix_rule(['curl'])"));
        QCOMPARE(bench.verdict({"curl"}), Verdict::Escalate);
    }

    void bounds() {
        const TestTree tree;
        const std::string folder = tree.at("trust");
        TrustStore store(folder);
        auto large = recordOf("/large", std::string(limits::trustRecordBytes - 1024, '#'));
        QVERIFY(store.put(large));
        large.accepted.front().texts.begin()->second += std::string(1024, '#');
        QVERIFY(!store.put(large)); // one past it
        // All together: those of projects that are long gone make room.
        for (std::size_t i = 1; i < limits::trustBytes / limits::trustRecordBytes; ++i) {
            const std::string name = "there" + std::to_string(i);
            QVERIFY(tree.makeFolder(QString::fromStdString(name)));
            QVERIFY(store.put(
                recordOf(tree.at(QString::fromStdString(name)), std::string(limits::trustRecordBytes - 4096, '#'))));
        }
        QVERIFY(tree.makeFolder("more"));
        QVERIFY(!store.put(recordOf(tree.at("more"), std::string(1 << 20, '#'))));
        QVERIFY(store.find("/large") != nullptr);
        QVERIFY(goneSince(folder, "/large", longAgo()));
        QVERIFY(store.put(recordOf(tree.at("more"), std::string(1 << 20, '#'))));
        QVERIFY(store.find("/large") == nullptr);
        QVERIFY(!store.put(recordOf(tree.at("home"), std::string(limits::trustRecordBytes - 4096, '#'))));
        QVERIFY(store.find(tree.at("more")) != nullptr);
    }
};

QTEST_GUILESS_MAIN(TrustStoreTest)
#include "tst_truststore.moc"
