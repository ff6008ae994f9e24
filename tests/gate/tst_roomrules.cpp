#include "tests/gate/roomfixture.h"
#include "tests/sandbox/rootanduser.h"

#include <QtTest>

using namespace exeat;

Q_DECLARE_METATYPE(exeat::SandboxMode)
Q_DECLARE_METATYPE(exeat::RuleSandbox)
Q_DECLARE_METATYPE(exeat::RuleDecision)

/** Who gets into such a sandbox, and what holds in it: through the real gate, as exeatd drives it. */
class TestRoomRules : public QObject {
    Q_OBJECT

private slots:
    void init() { m_room = std::make_unique<RoomFixture>(); }
    void cleanup() { m_room.reset(); }
    void proof_data();
    void proof();
    void narrowestWhileAsked();
    void onlyJudgedTextRuns();
    void whatStartsInItIsAsked_data();
    void whatStartsInItIsAsked();
    void chainEndsInTheRoom();
    void unseenFromTheSession();

private:
    std::unique_ptr<RoomFixture> m_room;
};

void TestRoomRules::proof_data() {
    QTest::addColumn<RuleSandbox>("sandbox");
    QTest::addColumn<QString>("expected");
    // A program that an agent put there under an allowed name: nothing is gained by a sandbox that gives no more.
    QTest::newRow("wider") << RuleSandbox::Network << "inside\n";
    QTest::newRow("outside") << RuleSandbox::None << "inside\n";
    QTest::newRow("the same") << RuleSandbox::WorkspaceWrite << "room\n";
    QTest::newRow("narrower") << RuleSandbox::ReadOnly << "room\n";
}

void TestRoomRules::proof() {
    QFETCH(RuleSandbox, sandbox);
    QFETCH(QString, expected);
    m_room->driver->setPolicy(policyOf({into("readlink", sandbox)}));
    const std::string output = m_room->outputOf(
        SandboxMode::WorkspaceWrite,
        "cp /bin/readlink readlink; here=$(/bin/readlink /proc/self/ns/pid); there=$(" +
            viaHelper("./readlink readlink /proc/self/ns/pid") +
            "); case $there in \"$here\") echo inside;; pid:*) echo room;; *) echo \"?$there\";; esac");
    QCOMPARE(QString::fromStdString(output), expected);
}

/** A rule that narrows may come while a person thinks. */
void TestRoomRules::narrowestWhileAsked() {
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::Network, RuleDecision::Prompt)}));
    wire::ExecRequest asked;
    m_room->driver->onRequest([&](const wire::ExecRequest& request) {
        asked = request;
        return wire::ExecAnswer{};
    });
    const RunId run =
        m_room->start(SandboxMode::WorkspaceWrite, viaHelper("/bin/sh sh -c ': > f && echo wrote; true'"));
    QVERIFY(m_room->driver->pumpUntil([&] { return asked.exec != ExecId{}; }));
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::Network, RuleDecision::Prompt),
                                        into("sh", RuleSandbox::ReadOnly, RuleDecision::Allow)}));
    m_room->driver->send(wire::ExecAnswer{asked.run, asked.exec, Verdict::Escalate, {}, {}});
    QVERIFY(m_room->driver->runToEnd(run));
    QVERIFY2(!m_room->driver->output(run).contains("wrote"), m_room->driver->output(run).c_str());
    QVERIFY(!std::filesystem::exists(m_room->here + "/ws/f"));
}

/** A person lets one text have the network; an agent rewrites the file meanwhile. */
void TestRoomRules::onlyJudgedTextRuns() {
    m_room->driver->setPolicy(policyOf({into("tool", RuleSandbox::Network, RuleDecision::Prompt)}));
    m_room->write("ws/good", "#!/bin/sh\nreadlink /proc/self/ns/net >> good-net\n");
    m_room->write("ws/evil", "#!/bin/sh\nreadlink /proc/self/ns/net >> evil-net\n");
    std::filesystem::copy_file(m_room->here + "/ws/good", m_room->here + "/ws/tool");
    std::filesystem::permissions(m_room->here + "/ws/tool", std::filesystem::perms::all);
    std::string judged;
    m_room->driver->onRequest([&](const wire::ExecRequest& request) {
        if (judged.empty())
            judged = request.sha256; // nobody writes yet
        const Verdict verdict = request.sha256 == judged ? Verdict::Escalate : Verdict::Deny;
        return wire::ExecAnswer{request.run, request.exec, verdict, "not the judged text", {}};
    });
    const std::string output = m_room->outputOf(
        SandboxMode::WorkspaceWrite,
        viaHelper("./tool tool") + "; ( while :; do cat evil > tool; cat good > tool; done ) >/dev/null 2>&1 & a=$!\n" +
            "i=0; while [ $i -lt 200 ]; do " + viaHelper("./tool tool") +
            " 2>/dev/null; i=$((i+1)); done; kill $a; "
            "echo done");
    QVERIFY2(output.ends_with("done\n"), output.c_str());
    QVERIFY(m_room->read("ws/good-net").contains(ownNetwork()));
    QVERIFY2(!m_room->read("ws/evil-net").contains(ownNetwork()), "an unjudged text had the network");
}

void TestRoomRules::whatStartsInItIsAsked_data() {
    QTest::addColumn<RuleSandbox>("room");
    QTest::addColumn<RuleDecision>("decision"); // of the rule for `readlink`, which starts in it
    QTest::addColumn<RuleSandbox>("sandbox");
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("expected"); // where it runs: the pid namespace
    using enum RuleSandbox;
    constexpr auto allow = RuleDecision::Allow;
    QTest::newRow("forbidden") << Network << RuleDecision::Forbidden << None << "/bin/readlink" << "refused\n";
    QTest::newRow("allowed outside") << Network << allow << None << "/bin/readlink" << "outside\n";
    QTest::newRow("allowed into another room") << Network << allow << ReadOnly << "/bin/readlink" << "another room\n";
    QTest::newRow("by name, into less than the room")
        << Network << allow << ReadOnly << "./readlink" << "another room\n";
    QTest::newRow("by name, outside") << Network << allow << None << "./readlink" << "the room\n";
    // The session has that much, the room has not.
    QTest::newRow("by name, into what the session has")
        << ReadOnly << allow << WorkspaceWrite << "./readlink" << "the room\n";
    QTest::newRow("proven, into what the session has")
        << ReadOnly << allow << WorkspaceWrite << "/bin/readlink" << "another room\n";
}

void TestRoomRules::whatStartsInItIsAsked() {
    QFETCH(RuleSandbox, room);
    QFETCH(RuleDecision, decision);
    QFETCH(RuleSandbox, sandbox);
    QFETCH(QString, program);
    QFETCH(QString, expected);
    m_room->driver->setPolicy(policyOf({into("sh", room), into("readlink", sandbox, decision)}));
    std::filesystem::copy_file("/bin/readlink", m_room->here + "/ws/readlink");
    const std::string outside = std::filesystem::read_symlink("/proc/self/ns/pid").string();
    m_room->write("work.sh", "here=$(/bin/readlink /proc/self/ns/pid)\nthere=$(" +
                                 viaHelper(program.toStdString() + " readlink /proc/self/ns/pid 2>/dev/null") +
                                 ") || there=refused\ncase $there in \"$here\") echo the room;; '" + outside +
                                 "') echo outside;; pid:*) echo another room;; *) echo \"$there\";; esac\n");
    // Whatever the agent does to its own environment.
    const std::string output =
        m_room->outputOf(SandboxMode::WorkspaceWrite, "E=$EXEC_WRAPPER; unset EXEC_WRAPPER BASH_EXEC_WRAPPER; "
                                                      "\"$E\" /bin/sh sh ../work.sh");
    QCOMPARE(QString::fromStdString(output), expected);
}

void TestRoomRules::chainEndsInTheRoom() {
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::Network), rule("id", RuleDecision::Prompt)}));
    m_room->write("work.sh", viaHelper("/usr/bin/id id") + "; true\n");
    const std::string output = m_room->outputOf(SandboxMode::WorkspaceWrite, viaHelper("/bin/sh sh ../work.sh"));
    QVERIFY2(output.contains("uid="), output.c_str());
    QCOMPARE(m_room->driver->requests().size(), std::size_t{2});
    const auto& chain = m_room->driver->requests().back().command.chain;
    QCOMPARE(chain.size(), std::size_t{1});
    QCOMPARE(chain.front().argv, (std::vector<std::string>{"sh", "../work.sh"}));
}

void TestRoomRules::unseenFromTheSession() {
    m_room->driver->setPolicy(policyOf({into("sh", RuleSandbox::Network)}));
    m_room->write("mark", m_room->mark() + "\n");
    m_room->write("work.sh", "sh -c 'echo up > started; sleep 1000; : " + m_room->mark() + "'\n");
    m_room->write("look.sh", "read mark < ../mark; for f in /proc/[0-9]*/cmdline; do case $(tr '\\0' ' ' < $f) in "
                             "*\"$mark\"*) echo seen;; esac; done; echo looked\n");
    const std::string output =
        m_room->outputOf(SandboxMode::WorkspaceWrite, viaHelper("/bin/sh sh ../work.sh") +
                                                          " & until [ -s started ]; do sleep 0.02; done; "
                                                          ". ../look.sh; kill $!; wait");
    QVERIFY2(output.contains("looked") && !output.contains("seen"), output.c_str());
    QCOMPARE(processesWith(m_room->mark()).size(), std::size_t{0});
}

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    TestRoomRules test;
    return test::runAsRootAndUser(test, argc, argv, {QStringLiteral("exeat-gate"), QStringLiteral("exeat-exec")});
}

#include "tst_roomrules.moc"
