#include "shared/base/process.h"
#include "tests/gate/mirrorrows.h"
#include "tests/gate/roomfixture.h"
#include "tests/sandbox/rootanduser.h"

#include <QtTest>

#include <algorithm>
#include <csignal>

using namespace exeat;

Q_DECLARE_METATYPE(exeat::SandboxMode)
Q_DECLARE_METATYPE(exeat::RuleSandbox)

/** Commands that a rule lets into a sandbox of its own (`sandbox=`): what it is, through the real gate, as exeatd
 * drives it. */
class TestRooms : public QObject {
    Q_OBJECT

private slots:
    void init() { m_room = std::make_unique<RoomFixture>(); }
    void cleanup() { m_room.reset(); }
    void gives_data();
    void gives();
    void mirrors_data();
    void mirrors();
    void isConfined();
    void environment_data();
    void environment();
    void workdirIsTheJudgedOne();
    void oneRoomForAKind();
    void nothingSurvivesTheRun();
    void killedKeeperLeavesNothing();
    void noRoom();
    void protectionLostInARoom();
    void manyLeakNothing();

private:
    std::unique_ptr<RoomFixture> m_room;
};

void TestRooms::gives_data() {
    QTest::addColumn<SandboxMode>("session");
    QTest::addColumn<RuleSandbox>("sandbox");
    QTest::addColumn<QString>("expected"); // file in the workspace, protected, outside, hidden, network of the machine
    using enum SandboxMode;
    QTest::newRow("wider than a read-only session") << ReadOnly << RuleSandbox::WorkspaceWrite << "f---- ";
    QTest::newRow("the same as the session's") << WorkspaceWrite << RuleSandbox::WorkspaceWrite << "f---- ";
    QTest::newRow("narrower than the session") << WorkspaceWrite << RuleSandbox::ReadOnly << "----- ";
    QTest::newRow("with the network") << WorkspaceWrite << RuleSandbox::Network << "f---n ";
    QTest::newRow("with the network, out of read-only") << ReadOnly << RuleSandbox::Network << "----n ";
    QTest::newRow("no sandbox, but for the network") << FullAccess << RuleSandbox::Network << "f---n ";
    QTest::newRow("narrower than none") << FullAccess << RuleSandbox::WorkspaceWrite << "f---- ";
    QTest::newRow("much narrower than none") << FullAccess << RuleSandbox::ReadOnly << "----- ";
    QTest::newRow("outside") << WorkspaceWrite << RuleSandbox::None << "fpohn ";
}

void TestRooms::gives() {
    QFETCH(SandboxMode, session);
    QFETCH(RuleSandbox, sandbox);
    QFETCH(QString, expected);
    m_room->driver->setPolicy(policyOf({into("sh", sandbox)}));
    std::ofstream(m_room->here + "/tries.sh")
        << "t() { if (eval \"$2\") 2>/dev/null; then printf $1; else printf -- -; fi; }\n"
           "t f ': > f'; t p ': > .git/x'; t o ': > ../o'; t h 'read key < ../secret/key'; "
           "t n '[ \"$(readlink /proc/self/ns/net)\" = '" +
               ownNetwork() + "' ]'; echo \" $(pwd)\"; exit 7\n";
    const std::string output = m_room->outputOf(session, viaHelper("/bin/sh sh ../tries.sh") + "; echo rc=$?");
    QCOMPARE(QString::fromStdString(output), expected + QString::fromStdString(m_room->here) + "/ws\nrc=7\n");
    QCOMPARE(m_room->driver->requests().size(), std::size_t{1});
    const Judgement& judgement = m_room->driver->requests().front().judgement;
    QCOMPARE(judgement.sandbox, sandbox);
    QVERIFY(m_room->driver->pumpUntil([&] { return !m_room->driver->records().empty(); }));
    QVERIFY2(m_room->driver->records().back().judgement.reason.contains(
                 sandbox == RuleSandbox::None ? "is allowed by" : std::string(placeOf(sandbox))),
             m_room->driver->records().back().judgement.reason.c_str());
}

void TestRooms::mirrors_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("expected");
    for (const MirrorRow& row : mirrorRows())
        QTest::newRow(row.name) << QString::fromStdString(row.script)
                                << (row.ofCopy != nullptr ? row.ofCopy : row.expected);
}

void TestRooms::mirrors() {
    QFETCH(QString, script);
    QFETCH(QString, expected);
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::Network, RuleDecision::Prompt)}));
    const RunId run = m_room->start(SandboxMode::WorkspaceWrite, script.toStdString());
    QVERIFY(m_room->driver->runToEnd(run));
    const QString output = QString::fromStdString(m_room->driver->output(run));
    QVERIFY2(output.contains(expected), qPrintable(output));
    QVERIFY(!m_room->driver->requests().empty());
    QCOMPARE(m_room->driver->status(run).signal, 0);
}

void TestRooms::isConfined() {
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::Network)}));
    std::ofstream(m_room->here + "/looks.sh")
        << "grep -E '^(Cap|NoNewPrivs|Seccomp:|SigIgn|SigBlk)' /proc/self/status; cat /proc/self/oom_score_adj; "
           "unshare -U true 2>/dev/null && echo hole; echo core > /proc/sys/kernel/core_pattern && echo hole; "
           "umount /proc 2>/dev/null && echo hole; (: > /proc/self/fd/5/f) 2>/dev/null && echo hole; "
           "python3 -c 'import socket; socket.socket(socket.AF_UNIX)' 2>/dev/null && echo hole; ls -d /proc/[0-9]* | "
           "wc -l; ls /proc/self/fd | tr '\\n' ' '\n";
    const std::string output =
        m_room->outputOf(SandboxMode::WorkspaceWrite, viaHelper("/bin/sh sh ../looks.sh 2>/dev/null 5<."));
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "SigBlk", "SigIgn"})
        QVERIFY2(output.contains(std::string(set) + ":\t0000000000000000\n"), output.c_str());
    // Its init, two shells of it (a pipe makes the second) and ls; 3 is the folder that ls reads, 231 leads to us.
    QVERIFY2(output.contains("NoNewPrivs:\t1\nSeccomp:\t2\n500\n"), output.c_str());
    QVERIFY2(output.ends_with("\n4\n0 1 2 231 3 ") || output.ends_with("\n3\n0 1 2 231 3 "), output.c_str());
    QVERIFY2(!output.contains("hole"), output.c_str());
}

void TestRooms::environment_data() {
    QTest::addColumn<SandboxMode>("session");
    QTest::addColumn<RuleSandbox>("sandbox");
    QTest::addColumn<QString>("expected");
    using enum SandboxMode;
    // An agent's variables could make another program of one that gains by being let out.
    QTest::newRow("wider") << WorkspaceWrite << RuleSandbox::Network << "mark=sandboxed own= off=\n";
    QTest::newRow("wider, no network") << ReadOnly << RuleSandbox::WorkspaceWrite << "mark=sandboxed own= off=1\n";
    QTest::newRow("not wider") << WorkspaceWrite << RuleSandbox::ReadOnly << "mark= own=mine off=1\n";
}

void TestRooms::environment() {
    QFETCH(SandboxMode, session);
    QFETCH(RuleSandbox, sandbox);
    QFETCH(QString, expected);
    m_room->driver->setPolicy(policyOf({into("sh", sandbox)}));
    std::ofstream(m_room->here + "/says.sh") << "echo mark=$LOGIN_MARK own=$OWN off=$CODEX_SANDBOX_NETWORK_DISABLED\n";
    const std::string output = m_room->outputOf(session, "export OWN=mine; " + viaHelper("/bin/sh sh ../says.sh"));
    QCOMPARE(QString::fromStdString(output), expected);
}

/** Hidden in the room, but a folder outside: there is another one inside. */
void TestRooms::workdirIsTheJudgedOne() {
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::ReadOnly)}));
    auto workspace = m_room->sandbox(SandboxMode::WorkspaceWrite);
    std::filesystem::create_directories(m_room->here + "/ws/d");
    workspace.hiddenPaths.push_back(m_room->here + "/ws/d");
    m_room->driver->setWorkspace(workspace);
    const std::string output = m_room->outputOf(SandboxMode::WorkspaceWrite,
                                                "cd d; " + viaHelper("/bin/sh sh -c 'echo ran'") + "; echo rc=$?");
    QVERIFY2(output.contains(
                 "was not run inside a read-only sandbox without network: its working directory is another one") &&
                 output.ends_with("rc=126\n"),
             output.c_str());
}

void TestRooms::oneRoomForAKind() {
    m_room->driver->setPolicy(
        policyOf({into("sh", RuleSandbox::ReadOnly), into("readlink", RuleSandbox::WorkspaceWrite)}));
    const std::string bySh = viaHelper("/bin/sh sh -c 'readlink /proc/self/ns/pid; :'");
    const std::string output = m_room->outputOf(
        SandboxMode::WorkspaceWrite, "a=$(" + bySh + "); b=$(" + bySh + "); c=$(" +
                                         viaHelper("/bin/readlink readlink /proc/self/ns/pid") +
                                         "); d=$(/bin/readlink /proc/self/ns/pid); [ \"$a\" = \"$b\" ] && echo same; "
                                         "printf '%s\\n' \"$a\" \"$c\" \"$d\" | sort -u | wc -l");
    QCOMPARE(output, std::string("same\n3\n"));
}

void TestRooms::nothingSurvivesTheRun() {
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::Network)}));
    const std::string mark = m_room->mark();
    std::ofstream(m_room->here + "/work.sh") << "setsid sh -c 'trap \"\" TERM; sleep 1000; : " + mark +
                                                    "' &\n(setsid sh -c '(sleep 1000; : " + mark + ") & exit 0' &)\n";
    const RunId run = m_room->start(SandboxMode::WorkspaceWrite,
                                    viaHelper("/bin/sh sh ../work.sh") + "; echo up; read -t 1000 < <(sleep 1000)");
    QVERIFY(m_room->driver->pumpUntil([&] { return m_room->driver->output(run).contains("up"); }));
    // Daemons live as long as the run: the first, and what the second has started.
    QVERIFY(m_room->driver->pumpUntil([&] { return processesWith(mark).size() == 2; }));
    m_room->driver->send(wire::KillRun{run});
    QVERIFY(m_room->driver->runToEnd(run));
    QCOMPARE(processesWith(mark).size(), std::size_t{0});
}

void TestRooms::killedKeeperLeavesNothing() {
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::Network)}));
    const std::string mark = m_room->mark();
    std::ofstream(m_room->here + "/work.sh")
        << "(setsid sh -c 'sleep 1000; : " + mark + "' &); echo up; sleep 1000; : " + mark + "\n";
    const RunId run = m_room->start(SandboxMode::WorkspaceWrite, viaHelper("/bin/sh sh ../work.sh"));
    QVERIFY(m_room->driver->pumpUntil([&] { return m_room->driver->output(run).contains("up"); }));
    // The keeper is the gate's child that is the gate's own program; the others are bubblewrap.
    const auto nameOf = [](const std::string& process) {
        return readFile("/proc/" + process + "/comm", 64).value_or(std::string());
    };
    const std::string gate = std::to_string(m_room->driver->pid());
    bool killed = false;
    std::istringstream children(readFile("/proc/" + gate + "/task/" + gate + "/children", 4096).value_or(""));
    for (std::string child; children >> child;) {
        if (nameOf(child) == nameOf(gate))
            killed = ::kill(std::stoi(child), SIGKILL) == 0;
    }
    QVERIFY(killed);
    QVERIFY(m_room->driver->runToEnd(run));
    QCOMPARE(processesWith(mark).size(), std::size_t{0});
    QVERIFY(m_room->outputOf(SandboxMode::WorkspaceWrite, "echo alive").contains("alive"));
}

void TestRooms::noRoom() {
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::WorkspaceWrite, RuleDecision::Prompt)}));
    auto workspace = m_room->sandbox(SandboxMode::WorkspaceWrite);
    workspace.writableRoots = {"/"};
    m_room->driver->setWorkspace(workspace);
    const std::string output =
        m_room->outputOf(SandboxMode::ReadOnly, viaHelper("/bin/sh sh -c 'echo ran'") + "; echo rc=$?");
    QVERIFY2(output.contains("its sandbox could not be made: / cannot be a writable folder") &&
                 output.ends_with("rc=126\n") && !output.contains("ran\n"),
             output.c_str());
}

void TestRooms::protectionLostInARoom() {
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::WorkspaceWrite)}));
    const RunId run = m_room->start(SandboxMode::ReadOnly,
                                    viaHelper("/bin/sh sh -c 'echo up; while :; do mkdir .git 2>/dev/null; done'"));
    QVERIFY(m_room->driver->pumpUntil([&] { return m_room->driver->output(run).contains("up"); }));
    std::filesystem::rename(m_room->here + "/ws/.git", m_room->here + "/ws/old");
    QVERIFY(m_room->driver->runToEnd(run));
    QVERIFY2(m_room->driver->unprotected(run).starts_with(m_room->here + "/ws/.git was moved"),
             m_room->driver->unprotected(run).c_str());
}

void TestRooms::manyLeakNothing() {
    m_room->driver->setPolicy(policyOf({into("true", RuleSandbox::WorkspaceWrite)}));
    const auto openFds = [&] {
        std::error_code error; // nobody but root may look
        const auto folder =
            std::filesystem::directory_iterator("/proc/" + std::to_string(m_room->driver->pid()) + "/fd", error);
        return std::distance(std::filesystem::begin(folder), std::filesystem::end(folder));
    };
    const std::string once = viaHelper("/bin/true true");
    QCOMPARE(m_room->outputOf(SandboxMode::WorkspaceWrite, once + "; echo done"), std::string("done\n"));
    const auto before = openFds();
    QCOMPARE(m_room->outputOf(SandboxMode::WorkspaceWrite, "for i in {1..100}; do " + once +
                                                               " || echo bad; done; for i in {1..50}; do " + once +
                                                               " & done; wait; echo done"),
             std::string("done\n"));
    // What a run needed is kept for a moment.
    QVERIFY(m_room->driver->pumpUntil([&] { return openFds() <= before; }));
    QVERIFY(m_room->driver->pumpUntil(
        [&] { return std::ranges::count_if(m_room->driver->records(), &ExecRecord::ended) == 151; }));
}

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    TestRooms test;
    return test::runAsRootAndUser(test, argc, argv, {QStringLiteral("exeat-gate"), QStringLiteral("exeat-exec")});
}

#include "tst_rooms.moc"
