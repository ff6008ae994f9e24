#include "shared/wire/execframe.h"
#include "tests/gate/gatedriver.h"
#include "tests/gate/mirrorrows.h"

#include <QtTest>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

using namespace exeat;

namespace {

wire::ExecAnswer noAnswer() {
    return {};
}

/** "$H FILE ARGV…" starts a program through the real helper, as the patched Bash does. */
std::string viaHelper(const std::string& rest) {
    return "\"$EXEC_WRAPPER\" " + rest;
}

std::string marker(const QTemporaryDir& folder) {
    return QFileInfo(folder.path()).fileName().toStdString();
}

} // namespace

class TestGate : public QObject {
    Q_OBJECT
private slots:
    void decides_data();
    void decides();
    void mirrors_data();
    void mirrors();
    void environmentIsScrubbed();
    void bindsToTheJudgedFile_data();
    void bindsToTheJudgedFile();
    void swappingAttackerNeverWins();
    void helperGoneWithdraws();
    void serviceRefusesWhatARuleAllows();
    void runKilledBeforeTheServiceAnswers();
    void nothingSurvivesTheRun_data();
    void nothingSurvivesTheRun();
    void killedKeeperLeavesNothing();
    void killedGateLeavesNothing();
    void forgedFrames_data();
    void forgedFrames();
    void manyAtOnceLeakNothing();
    void noPolicyDenies();
    void forbiddenMeanwhile();
    void outOfTheSandbox();
    void planted_data();
    void planted();
};

void TestGate::decides_data() {
    QTest::addColumn<QString>("word");
    QTest::addColumn<int>("decision");
    QTest::addColumn<int>("requests");
    QTest::addColumn<QString>("contains");
    QTest::newRow("no rule: inside") << "nothing" << 0 << 0 << "uid=";
    QTest::newRow("allow: outside") << "id" << 0 << 1 << "uid=";
    QTest::newRow("prompt: asked") << "id" << 1 << 1 << "uid=";
    QTest::newRow("forbidden: refused with reason") << "id" << 2 << 0 << "rc=1";
}

void TestGate::decides() {
    QFETCH(QString, word);
    QFETCH(int, decision);
    QFETCH(int, requests);
    QFETCH(QString, contains);
    GateDriver driver;
    driver.setPolicy(policyOf({rule(word.toStdString(), static_cast<RuleDecision>(decision))}));
    const RunId run = driver.startRun(viaHelper("/usr/bin/id id; echo rc=$?"));
    QVERIFY(driver.runToEnd(run));
    const QString output = QString::fromStdString(driver.output(run));
    QVERIFY2(output.contains(contains), qPrintable(output));
    QCOMPARE(int(driver.requests().size()), requests);
    QCOMPARE(output.contains("uid="), decision != 2 || word == "nothing");
    QVERIFY(!driver.records().empty());
    QCOMPARE(driver.records().back().ended, requests == 1);
}

void TestGate::mirrors_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("expected");
    for (const MirrorRow& row : mirrorRows())
        QTest::newRow(row.name) << QString::fromStdString(row.script) << row.expected;
}

void TestGate::mirrors() {
    QFETCH(QString, script);
    QFETCH(QString, expected);
    QTemporaryDir folder;
    GateDriver driver;
    driver.setPolicy(policyOf({rule("sh", RuleDecision::Prompt)}));
    const RunId run = driver.startRun(script.toStdString(), {}, folder.path().toStdString());
    QVERIFY(driver.runToEnd(run));
    const QString output = QString::fromStdString(driver.output(run));
    QVERIFY2(output.contains(expected), qPrintable(output));
    QVERIFY(!driver.requests().empty());
    QCOMPARE(driver.status(run).signal, 0);
}

void TestGate::environmentIsScrubbed() {
    GateDriver driver;
    PrefixRule passing = rule("env", RuleDecision::Allow);
    passing.passEnvironment = {"NAMED", "LD_AUDIT"};
    driver.setPolicy(policyOf({passing}));
    const RunId run = driver.startRun(
        "f() { :; }; export -f f; export PATH=/tmp/evil:$PATH LD_PRELOAD= LD_AUDIT=/x GIT_SSH_COMMAND=evil HOME=/evil "
        "BASH_ENV=/evil NAMED=kept LC_TIME=C; unset LANG; exec \"$EXEC_WRAPPER\" /usr/bin/env env",
        {"AGENT=1"});
    QVERIFY(driver.runToEnd(run));
    const QStringList lines = QString::fromStdString(driver.output(run)).split('\n', Qt::SkipEmptyParts);
    QVERIFY(lines.contains("PATH=/usr/bin:/bin"));
    QVERIFY(lines.contains("HOME=/root"));
    QVERIFY(lines.contains("LOGIN_MARK=yes"));
    QVERIFY(lines.contains("LC_TIME=C"));
    QVERIFY(lines.contains("NAMED=kept"));
    QVERIFY(lines.contains("PWD=/"));
    for (const QString& line : lines) {
        for (const char* bad : {"LD_", "GIT_", "BASH_", "LANG=", "AGENT=", "CODEX_", "EXEC_WRAPPER"})
            QVERIFY2(!line.startsWith(bad), qPrintable(line));
    }
    const auto& dropped = driver.requests().front().command.droppedEnvironment;
    QVERIFY(std::ranges::find(dropped, "GIT_SSH_COMMAND=evil") != dropped.end());
    QVERIFY(std::ranges::find(dropped, "AGENT=1") == dropped.end());
}

void TestGate::bindsToTheJudgedFile_data() {
    QTest::addColumn<QString>("replacement");
    QTest::newRow("by a script") << "";
    QTest::newRow("by a binary") << "/bin/echo";
}

void TestGate::bindsToTheJudgedFile() {
    QFETCH(QString, replacement);
    QTemporaryDir folder;
    const std::string program = folder.filePath("tool").toStdString();
    std::filesystem::copy_file("/bin/true", program);
    GateDriver driver;
    driver.onRequest([&](const wire::ExecRequest& request) {
        std::filesystem::remove(program);
        // On many file systems the new file would get the inode number that became free.
        if (replacement.isEmpty())
            writeProgram(program, "#!/bin/sh\necho WRONG\n");
        else
            std::filesystem::copy_file(replacement.toStdString(), program);
        return wire::ExecAnswer{request.run, request.exec, Verdict::Escalate, {}, {}};
    });
    driver.setPolicy(policyOf({rule("tool", RuleDecision::Prompt)}));
    const RunId run = driver.startRun(viaHelper(program + " tool WRONG; echo rc=$?"));
    QVERIFY(driver.runToEnd(run));
    const QString output = QString::fromStdString(driver.output(run));
    QVERIFY2(!output.contains("WRONG"), qPrintable(output));
    QVERIFY2(output.contains("not the one that was judged") && output.contains("rc=126"), qPrintable(output));
}

void TestGate::swappingAttackerNeverWins() {
    QTemporaryDir folder;
    const std::string good = folder.filePath("good").toStdString();
    const std::string bad = folder.filePath("bad").toStdString();
    std::filesystem::copy_file("/usr/bin/true", good);
    std::filesystem::copy_file("/usr/bin/false", bad);
    const std::string tool = folder.filePath("tool").toStdString();
    std::filesystem::create_symlink(good, tool);
    struct stat goodFacts = {};
    ::stat(good.c_str(), &goodFacts);
    GateDriver driver;
    // Only the good one is let out; "false" outside would show as 1.
    driver.onRequest([&](const wire::ExecRequest& request) {
        const bool isGood = request.command.identity.inode == goodFacts.st_ino;
        return wire::ExecAnswer{request.run, request.exec, isGood ? Verdict::Escalate : Verdict::Deny, "bad", {}};
    });
    driver.setPolicy(policyOf({rule("tool", RuleDecision::Prompt)}));
    const RunId run = driver.startRun(
        "( while :; do ln -sf bad t1; mv -T t1 tool; ln -sf good t2; mv -T t2 tool; done ) & a=$!\n"
        "i=0; while [ $i -lt 400 ]; do " +
            viaHelper(
                "\"$PWD/tool\" tool 2>err; rc=$?; [ $rc = 1 ] && ! grep -q . err && echo WRONG; i=$((i+1)); done\n"
                "kill $a; echo done"),
        {}, folder.path().toStdString());
    QVERIFY(driver.runToEnd(run, 100000));
    const QString output = QString::fromStdString(driver.output(run));
    QVERIFY2(output.contains("done") && !output.contains("WRONG"), qPrintable(output));
    const auto ran = std::ranges::count_if(driver.records(), [](const ExecRecord& record) {
        return record.ended && record.outcome == Verdict::Escalate && record.status == ExitStatus{0, 0};
    });
    const auto wrong = std::ranges::count_if(driver.records(), [](const ExecRecord& record) {
        return record.ended && record.outcome == Verdict::Escalate && record.status == ExitStatus{1, 0};
    });
    QVERIFY(ran > 0);
    QCOMPARE(wrong, 0);
}

void TestGate::helperGoneWithdraws() {
    GateDriver driver;
    driver.onRequest([](const wire::ExecRequest&) { return noAnswer(); });
    driver.setPolicy(policyOf({rule("id", RuleDecision::Prompt)}));
    const RunId run = driver.startRun(viaHelper("/usr/bin/id id; echo rc=$?; sleep 100"));
    QVERIFY(driver.pumpUntil([&] { return driver.requests().size() == 1; }));
    const auto asking = processesWith(helperPath());
    QCOMPARE(asking.size(), std::size_t(1));
    ::kill(asking.front(), SIGKILL);
    QVERIFY(driver.pumpUntil([&] { return driver.withdrawn().size() == 1; }));
    // An answer that comes too late moves nothing.
    driver.send(wire::ExecAnswer{run, driver.requests().front().exec, Verdict::Escalate, {}, {}});
    driver.send(wire::KillRun{run});
    QVERIFY(driver.runToEnd(run));
    QVERIFY(!driver.output(run).contains("uid="));
}

/** What a rule lets out gets ready while the service writes it down; if the service then says no, nothing starts. */
void TestGate::serviceRefusesWhatARuleAllows() {
    GateDriver driver;
    driver.onRequest([](const wire::ExecRequest& request) {
        return wire::ExecAnswer{request.run, request.exec, Verdict::Deny, "the disk is full", {}};
    });
    driver.setPolicy(policyOf({rule("id", RuleDecision::Allow)}));
    const RunId run = driver.startRun(viaHelper("/usr/bin/id id; echo rc=$?"));
    QVERIFY(driver.runToEnd(run));
    const QString output = QString::fromStdString(driver.output(run));
    QVERIFY2(output.contains("the disk is full") && output.contains("rc=1\n") && !output.contains("uid="),
             qPrintable(output));
}

void TestGate::runKilledBeforeTheServiceAnswers() {
    GateDriver driver;
    driver.onRequest([](const wire::ExecRequest&) { return noAnswer(); });
    driver.setPolicy(policyOf({rule("id", RuleDecision::Allow)}));
    const RunId run = driver.startRun(viaHelper("/usr/bin/id id; echo rc=$?; sleep 100"));
    QVERIFY(driver.pumpUntil([&] { return driver.requests().size() == 1; }));
    driver.send(wire::KillRun{run});
    driver.send(wire::ExecAnswer{run, driver.requests().front().exec, Verdict::Escalate, {}, {}});
    QVERIFY(driver.runToEnd(run));
    QVERIFY(!driver.output(run).contains("uid="));
    QCOMPARE(descendants(driver.pid()), std::size_t(0));
}

void TestGate::nothingSurvivesTheRun_data() {
    QTest::addColumn<QString>("what");
    QTest::newRow("background") << "sleep 1000 MARK &";
    QTest::newRow("setsid, ignores TERM") << "trap '' TERM HUP; setsid sh -c 'trap \"\" TERM; sleep 1000; : MARK' &";
    QTest::newRow("double fork") << "(setsid sh -c '(sleep 1000; : MARK) & exit 0' &)";
    QTest::newRow("small fork bomb")
        << "b() { sh -c 'sleep 1000; : MARK' & [ $1 -gt 0 ] && { b $(($1-1)) & b $(($1-1)) & }; "
           "sleep 1000; }; b 4 & : MARK";
}

void TestGate::nothingSurvivesTheRun() {
    QFETCH(QString, what);
    QTemporaryDir folder;
    const std::string mark = marker(folder);
    QString body = what;
    body.replace("sleep 1000 MARK", "sh -c 'sleep 1000; : MARK'").replace("MARK", QString::fromStdString(mark));
    writeProgram(folder.filePath("work").toStdString(),
                 "#!/bin/sh\n" + body.toStdString() + "\necho up\nsleep 0.2\n" + "sleep 1000 # " + mark + "\n");
    GateDriver driver;
    driver.setPolicy(policyOf({rule("work", RuleDecision::Prompt)}));
    const RunId run = driver.startRun(viaHelper("./work work"), {}, folder.path().toStdString());
    QVERIFY(driver.pumpUntil([&] { return driver.output(run).contains("up"); }));
    driver.send(wire::KillRun{run});
    QVERIFY(driver.runToEnd(run));
    QCOMPARE(processesWith(mark).size(), std::size_t(0));
    QCOMPARE(descendants(driver.pid()), std::size_t(0));
}

void TestGate::killedKeeperLeavesNothing() {
    QTemporaryDir folder;
    const std::string mark = marker(folder);
    GateDriver driver;
    driver.setPolicy(policyOf({rule("sh", RuleDecision::Prompt)}));
    const RunId run = driver.startRun(viaHelper("/bin/sh sh -c '(setsid sh -c \"sleep 1000; : " + mark +
                                                "\" &); echo up; sleep 1000; : " + mark + "'"));
    QVERIFY(driver.pumpUntil([&] { return driver.output(run).contains("up"); }));
    const auto list =
        readFile("/proc/" + std::to_string(driver.pid()) + "/task/" + std::to_string(driver.pid()) + "/children", 4096);
    QVERIFY(list.has_value());
    ::kill(std::atoi(list->c_str()), SIGKILL);
    QVERIFY(driver.runToEnd(run));
    QCOMPARE(processesWith(mark).size(), std::size_t(0));
    QCOMPARE(descendants(driver.pid()), std::size_t(0));
    const RunId next = driver.startRun("echo alive");
    QVERIFY(driver.runToEnd(next));
    QCOMPARE(driver.output(next), std::string("alive\n"));
}

void TestGate::killedGateLeavesNothing() {
    for (const bool hangUp : {false, true}) {
        QTemporaryDir folder;
        const std::string mark = marker(folder);
        GateDriver driver;
        driver.setPolicy(policyOf({rule("sh", RuleDecision::Prompt)}));
        const RunId run = driver.startRun(viaHelper("/bin/sh sh -c '(setsid sh -c \"sleep 1000; : " + mark +
                                                    "\" &); echo up; sleep 1000; : " + mark + "'"));
        QVERIFY(driver.pumpUntil([&] { return driver.output(run).contains("up"); }));
        if (hangUp)
            driver.hangUp();
        else
            ::kill(driver.pid(), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(processesWith(mark).size(), std::size_t(0), 10000);
    }
}

void TestGate::forgedFrames_data() {
    QTest::addColumn<QString>("python");
    const auto row = [](const char* name, const char* body) { QTest::newRow(name) << body; };
    row("nothing, then closed", "a.close()");
    row("half a length", "a.send(b'\\x01\\x00')");
    row("length beyond the bound", "a.send(b'\\xff\\xff\\xff\\xff')");
    row("length zero", "a.send(b'\\x00\\x00\\x00\\x00')");
    row("garbage", "a.send(os.urandom(5000))");
    row("wrong kind", "a.send(struct.pack('<I',2)+b'\\x01\\x09')");
    row("truncated request", "a.send(struct.pack('<I',40)+b'\\x01\\x01'+b'\\x00'*38)");
    row("huge count", "a.send(struct.pack('<I',60)+b'\\x01\\x01'+struct.pack('<IQQIB',18,0,0,0,0)+b'\\x00'+struct.pack("
                      "'<II',0,0)+b'\\xff'*22)");
    row("JSON bomb", "p=b'{\"file\":'+b'['*100000; a.send(struct.pack('<I',len(p))+p)");
    row("JSON of wrong types",
        "p=b'{\"file\":1,\"argv\":{},\"workdir\":[],\"env\":0}'; a.send(struct.pack('<I',len(p))+p)");
    row("JSON with NUL", "p=b'{\"file\":\"/bin/\\\\u0000id\",\"argv\":[],\"workdir\":\"/\",\"env\":{}}'; "
                         "a.send(struct.pack('<I',len(p))+p)");
    row("descriptors with the claim", "socket.send_fds(a,[b'\\x05'],[1]*250)");
    row("many sockets in one message", "[socket.send_fds(s,[b'x'],[b.fileno()]*n) for n in (2,3,200)]");
    row("no socket at all", "socket.send_fds(s,[b'x'],[0]); s.send(b'x'); s.send(b'yyyy')");
    row("datagram socket",
        "u,v=socket.socketpair(socket.AF_UNIX,socket.SOCK_DGRAM); socket.send_fds(s,[b'x'],[v.fileno()])");
    row("two claims",
        "p=b'{\"file\":\"/bin/x\",\"argv\":[],\"workdir\":\"/\",\"env\":{}}'; a.send((struct.pack('<I',len(p))+p)*2)");
}

void TestGate::forgedFrames() {
    QFETCH(QString, python);
    GateDriver driver;
    driver.setPolicy(policyOf({rule("id", RuleDecision::Allow)}));
    const std::string script =
        "python3 - <<'P'\nimport os,socket,struct,time\n"
        "s=socket.socket(fileno=os.dup(int(os.environ['CODEX_ESCALATE_SOCKET'])))\n"
        "a,b=socket.socketpair()\nsocket.send_fds(s,[b'\\0'],[b.fileno()])\nb.close()\n"
        "slow,x=socket.socketpair()\nsocket.send_fds(s,[b'\\0'],[x.fileno()])\nslow.send(b'\\x09\\x00\\x00')\n" +
        std::string(python.contains("b.fileno()") ? "a,b=socket.socketpair()\n" : "") + python.toStdString() + "\nP\n" +
        viaHelper("/usr/bin/id id");
    const RunId run = driver.startRun(script);
    QVERIFY(driver.runToEnd(run));
    QVERIFY2(driver.output(run).contains("uid="), driver.output(run).c_str());
    QCOMPARE(driver.requests().size(), std::size_t(1));
    const RunId next = driver.startRun(viaHelper("/usr/bin/id id"));
    QVERIFY(driver.runToEnd(next));
    QVERIFY(driver.output(next).contains("uid="));
}

void TestGate::manyAtOnceLeakNothing() {
    GateDriver driver;
    driver.setPolicy(policyOf({rule("true", RuleDecision::Allow)}));
    const auto openFds = [&] {
        const auto folder = std::filesystem::directory_iterator("/proc/" + std::to_string(driver.pid()) + "/fd");
        return std::distance(std::filesystem::begin(folder), std::filesystem::end(folder));
    };
    QVERIFY(driver.runToEnd(driver.startRun("echo first")));
    const auto before = openFds();
    const RunId run = driver.startRun(
        "i=0; while [ $i -lt 200 ]; do \"$EXEC_WRAPPER\" /bin/true true & i=$((i+1)); done; wait; "
        "i=0; while [ $i -lt 300 ]; do \"$EXEC_WRAPPER\" /bin/true true || echo bad; i=$((i+1)); done; echo done");
    QVERIFY(driver.runToEnd(run, 60000));
    QCOMPARE(driver.output(run), std::string("done\n"));
    QCOMPARE(driver.requests().size(), std::size_t(500));
    QCOMPARE(openFds(), before);
    QCOMPARE(descendants(driver.pid()), std::size_t(0));
    QCOMPARE(std::ranges::count_if(driver.records(), &ExecRecord::ended), 500);
}

void TestGate::noPolicyDenies() {
    GateDriver driver;
    const RunId run = driver.startRun(viaHelper("/usr/bin/id id; echo rc=$?"));
    QVERIFY(driver.runToEnd(run));
    QVERIFY(!driver.output(run).contains("uid="));
    QVERIFY(driver.output(run).contains("rc=1"));
}

void TestGate::forbiddenMeanwhile() {
    GateDriver driver;
    driver.onRequest([&](const wire::ExecRequest& request) {
        driver.setPolicy(policyOf({rule("id", RuleDecision::Forbidden)}));
        return wire::ExecAnswer{request.run, request.exec, Verdict::Escalate, {}, {}};
    });
    driver.setPolicy(policyOf({rule("id", RuleDecision::Prompt)}));
    const RunId run = driver.startRun(viaHelper("/usr/bin/id id; echo rc=$?"));
    QVERIFY(driver.runToEnd(run));
    QVERIFY2(!driver.output(run).contains("uid="), driver.output(run).c_str());
}

void TestGate::outOfTheSandbox() {
    QTemporaryDir folder(QStringLiteral("/var/tmp/exeat-gate-XXXXXX"));
    const std::string here = folder.path().toStdString();
    SandboxSpec spec;
    spec.mode = SandboxMode::WorkspaceWrite;
    spec.writableRoots = {here};
    GateDriver driver;
    driver.setPolicy(policyOf({rule("touch", RuleDecision::Allow)}));
    // The helper must be seen inside, so it lies where the sandbox shows it.
    const std::string target = here + "-outside";
    const RunId run = driver.startRun("/bin/touch inside; /bin/touch " + target + " 2>/dev/null && echo HOLE; " +
                                          viaHelper("/bin/touch touch " + target + "; echo rc=$?"),
                                      {}, here, spec);
    QVERIFY(driver.runToEnd(run));
    QVERIFY2(driver.refusal().empty(), driver.refusal().c_str());
    QVERIFY2(driver.output(run) == "rc=0\n", driver.output(run).c_str());
    QVERIFY(std::filesystem::exists(here + "/inside"));
    QVERIFY(std::filesystem::remove(target));
    const auto& chain = driver.requests().front().command.chain;
    QVERIFY(!chain.empty());
    QCOMPARE(chain.front().program, std::string("bash"));
}

void TestGate::planted_data() {
    QTest::addColumn<QString>("start");
    QTest::newRow("in the workspace") << "cp /bin/true ./touch; %1 ./touch touch";
    QTest::newRow("first in PATH") << "cp /bin/true ./touch; PATH=.:$PATH; %1 \"$(command -v touch)\" touch";
    QTest::newRow("in /tmp") << "cp /bin/true /tmp/touch; %1 /tmp/touch touch";
    QTest::newRow("link to the program") << "ln -s /bin/touch ./x; %1 ./x x";
}

/** An allow rule's name on what the agent put there: it may run inside, but never gets out. */
void TestGate::planted() {
    QFETCH(QString, start);
    QTemporaryDir folder(QStringLiteral("/var/tmp/exeat-gate-XXXXXX"));
    SandboxSpec spec;
    spec.mode = SandboxMode::WorkspaceWrite;
    spec.writableRoots = {folder.path().toStdString()};
    GateDriver driver;
    driver.setPolicy(policyOf({rule("touch", RuleDecision::Allow)}));
    const RunId run = driver.startRun(start.arg("\"$EXEC_WRAPPER\"").toStdString() + " f; echo done", {},
                                      folder.path().toStdString(), spec);
    QVERIFY(driver.runToEnd(run));
    QVERIFY2(driver.refusal().empty(), driver.refusal().c_str());
    QVERIFY2(driver.output(run).ends_with("done\n"), driver.output(run).c_str());
    QCOMPARE(driver.requests().size(), std::size_t(0));
    QVERIFY(!driver.records().empty());
}

QTEST_GUILESS_MAIN(TestGate)
#include "tst_gate.moc"
