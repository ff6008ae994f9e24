#include "service/gate/judge/contenthash.h"
#include "tests/gate/gatedriver.h"

#include <QtTest>

#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

using namespace exeat;

/** A file of the user's that an allow rule names (DESIGN.md §4.2), in a real gate. */
class TestConfirmed : public QObject {
    Q_OBJECT
private:
    /** What the gate made of `tool` below `folder`: nothing if it never asked the service. */
    static std::optional<wire::ExecRequest> requestFor(GateDriver& driver, const std::string& folder) {
        const auto before = driver.requests().size();
        const RunId run = driver.startRun("\"$EXEC_WRAPPER\" " + folder + "/tool tool");
        if (!driver.runToEnd(run) || driver.requests().size() == before)
            return std::nullopt;
        return driver.requests().back();
    }

private slots:
    void untilItsContentChanges() {
        const QTemporaryDir home;
        const std::string folder = std::filesystem::canonical(home.path().toStdString()).string();
        const std::string path = folder + "/tool";
        // Root owns all it makes; only what others may write, too, is no proof by itself.
        QCOMPARE(::chmod(folder.c_str(), 0777), 0);
        writeProgram(path, "#!/bin/sh\necho ran\n");
        GateDriver driver;
        auto policy = policyOf({rule("tool", RuleDecision::Allow)});
        policy.home = folder;
        driver.setPolicy(policy);
        auto request = requestFor(driver, folder);
        QVERIFY(request);
        QCOMPARE(request->judgement.verdict, Verdict::Ask);
        QVERIFY(request->judgement.confirmsFile);
        QCOMPARE(request->command.origin, FileOrigin::UserOwned);

        policy.confirmedFiles = {{path, *gate::contentHash(path)}};
        driver.setPolicy(policy);
        request = requestFor(driver, folder);
        QVERIFY(request);
        QCOMPARE(request->judgement.verdict, Verdict::Escalate);
        QVERIFY(!request->judgement.confirmsFile);

        writeProgram(path, "#!/bin/sh\necho evil\n"); // in place, of the same length or not
        request = requestFor(driver, folder);
        QVERIFY(request);
        QCOMPARE(request->judgement.verdict, Verdict::Ask);
        QVERIFY(request->judgement.reason.find("has changed since you confirmed it") != std::string::npos);
    }

    void notWhereAnAgentMayWrite_data() {
        QTest::addColumn<QString>("how");
        QTest::newRow("a session's writable root") << "root";
        QTest::newRow("outside the home folder") << "elsewhere";
        QTest::newRow("too large to be compared each time") << "large";
        QTest::newRow("run by what an agent may write") << "interpreter";
    }
    void notWhereAnAgentMayWrite() {
        QFETCH(QString, how);
        const QTemporaryDir home;
        const QTemporaryDir agents;
        const std::string folder = std::filesystem::canonical(home.path().toStdString()).string();
        const std::string theirs = std::filesystem::canonical(agents.path().toStdString()).string();
        const std::string path = folder + "/tool";
        QCOMPARE(::chmod(folder.c_str(), 0777), 0);
        QCOMPARE(::chmod(theirs.c_str(), 0777), 0);
        std::filesystem::copy_file("/bin/sh", theirs + "/sh");
        writeProgram(path, how == "interpreter" ? "#!" + theirs + "/sh\necho ran\n" : "#!/bin/sh\necho ran\n");
        if (how == "large")
            QCOMPARE(::truncate(path.c_str(), (off_t{64} << 20) + 1), 0);
        GateDriver driver;
        auto policy = policyOf({rule("tool", RuleDecision::Allow)});
        policy.home = how == "elsewhere" ? theirs : folder;
        policy.agentWritableRoots = {how == "root" ? folder : theirs};
        policy.confirmedFiles = {{path, gate::contentHash(path).value_or("too large")}};
        driver.setPolicy(policy);
        QVERIFY(!requestFor(driver, folder));
        QTRY_VERIFY(driver.pumpUntil([&] { return !driver.records().empty(); }, 200));
        QCOMPARE(driver.records().back().outcome, Verdict::Inside);
    }

    void aHashIsTakenAgainWhenTheFileIsAnother() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("f").toStdString();
        gate::ContentHashes hashes;
        QVERIFY(!hashes.of(path));
        std::ofstream(path) << "one";
        const auto one = hashes.of(path);
        QVERIFY(one && one == gate::contentHash(path));
        std::ofstream(path) << "two"; // at once, and as long
        QCOMPARE(hashes.of(path).value_or(""), *gate::contentHash(path));
        // One that has not been touched for a while is remembered, and found out all the same.
        const std::string old = "/bin/sh";
        QCOMPARE(hashes.of(old).value_or(""), *gate::contentHash(old));
        QCOMPARE(hashes.of(old).value_or(""), *gate::contentHash(old));
        std::filesystem::remove(path);
        QVERIFY(!hashes.of(path));
    }
};

QTEST_GUILESS_MAIN(TestConfirmed)
#include "tst_confirmed.moc"
