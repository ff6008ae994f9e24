#include "service/approvals/answerguard.h"

#include <QRegularExpression>
#include <QTest>

namespace exeat {

namespace {

constexpr AnswerContext agentsClient{AnswerSource::Client, PeerStanding::SharesAgent, PeerTerminal::Missing,
                                     PeerProgram::Unknown, DesktopPresence::Absent};
constexpr AnswerContext freePerson{AnswerSource::CommandLine, PeerStanding::Free, PeerTerminal::Present,
                                   PeerProgram::OurCommandLine, DesktopPresence::Absent};

} // namespace

class TestAnswerGuard : public QObject {
    Q_OBJECT
private slots:
    void table_data();
    void table();
    void moreFoldersAreAPersonsToGive();
    void whoseRulesAsk_data();
    void whoseRulesAsk();
    void lasting_data();
    void lasting();
    void trust_data();
    void trust();
};

void TestAnswerGuard::table_data() {
    using enum AnswerKind;
    constexpr auto cli = AnswerSource::CommandLine;
    constexpr auto gui = AnswerSource::Desktop;
    constexpr auto client = AnswerSource::Client;
    constexpr auto freePeer = PeerStanding::Free;
    constexpr auto inRun = PeerStanding::DescendsFromRun;
    constexpr auto ofAgent = PeerStanding::SharesAgent;
    constexpr auto tty = PeerTerminal::Present;
    constexpr auto noTty = PeerTerminal::Missing;
    constexpr auto exeatProgram = PeerProgram::OurCommandLine;
    constexpr auto desktopProgram = PeerProgram::OurDesktop;
    constexpr auto other = PeerProgram::Unknown;
    constexpr auto alone = DesktopPresence::Absent;
    constexpr auto withDesktop = DesktopPresence::Connected;

    QTest::addColumn<AnswerContext>("context");
    QTest::addColumn<AnswerKind>("kind");
    QTest::addColumn<bool>("equalsNoSandbox");
    QTest::addColumn<bool>("agentWritable");
    QTest::addColumn<bool>("ok");
    const auto row = [](const char* name, AnswerContext c, AnswerKind k, bool ok, bool equals = false,
                        bool writable = false) { QTest::newRow(name) << c << k << equals << writable << ok; };

    row("person once", {cli, freePeer, tty, exeatProgram, alone}, AllowOnce, true);
    row("person session", {cli, freePeer, tty, exeatProgram, alone}, AllowSession, true);
    row("person for a time", {cli, freePeer, tty, exeatProgram, alone}, AllowFor, true);
    row("person always", {cli, freePeer, tty, exeatProgram, alone}, AllowAlways, true);
    row("person once, no sandbox", {cli, freePeer, tty, exeatProgram, alone}, AllowOnce, true, true);
    row("person once, agent's file", {cli, freePeer, tty, exeatProgram, alone}, AllowOnce, true, true, true);
    row("person always, agent's file", {cli, freePeer, tty, exeatProgram, alone}, AllowAlways, false, true, true);
    row("person deny always", {cli, freePeer, tty, exeatProgram, alone}, DenyAlways, true);
    row("person always beside desktop", {cli, freePeer, tty, exeatProgram, withDesktop}, AllowAlways, false);
    row("person once beside desktop", {cli, freePeer, tty, exeatProgram, withDesktop}, AllowOnce, true);
    row("no terminal", {cli, freePeer, noTty, exeatProgram, alone}, AllowOnce, false);
    row("no terminal deny", {cli, freePeer, noTty, other, alone}, Deny, true);
    row("foreign program", {cli, freePeer, tty, other, alone}, AllowOnce, false);
    row("desktop program as command line", {cli, freePeer, tty, desktopProgram, alone}, AllowOnce, false);
    row("run's child allows", {cli, inRun, tty, exeatProgram, alone}, AllowOnce, false);
    row("run's child denies", {cli, inRun, tty, exeatProgram, alone}, Deny, true);
    row("run's child denies always", {cli, inRun, tty, exeatProgram, alone}, DenyAlways, false);
    row("run's child as client", {client, inRun, noTty, other, alone}, AllowOnce, false);
    row("agent's child allows", {cli, ofAgent, tty, exeatProgram, alone}, AllowOnce, false);
    row("agent's child allows session", {cli, ofAgent, tty, exeatProgram, alone}, AllowSession, false);
    row("agent's child denies", {cli, ofAgent, tty, exeatProgram, alone}, Deny, true);
    row("agent's child as desktop", {gui, ofAgent, noTty, desktopProgram, alone}, AllowOnce, false);
    row("desktop always", {gui, freePeer, noTty, desktopProgram, withDesktop}, AllowAlways, true);
    row("false desktop", {gui, freePeer, noTty, other, withDesktop}, AllowOnce, false);
    row("exeat as desktop", {gui, freePeer, tty, exeatProgram, alone}, AllowOnce, false);
    row("client once", {client, ofAgent, noTty, other, alone}, AllowOnce, true);
    row("client once, no sandbox", {client, ofAgent, noTty, other, alone}, AllowOnce, false, true);
    row("client session", {client, ofAgent, noTty, other, alone}, AllowSession, false);
    row("client for a time", {client, ofAgent, noTty, other, alone}, AllowFor, false);
    row("client always", {client, ofAgent, noTty, other, alone}, AllowAlways, false);
    row("client beside desktop", {client, ofAgent, noTty, other, withDesktop}, AllowOnce, false);
    row("client denies beside desktop", {client, ofAgent, noTty, other, withDesktop}, Deny, true);
    row("nobody denies", {AnswerSource::Nobody, freePeer, tty, exeatProgram, alone}, Deny, false);
    row("nobody allows", {AnswerSource::Nobody, freePeer, tty, exeatProgram, alone}, AllowOnce, false);
    row("a rule allows", {AnswerSource::Rule, freePeer, tty, exeatProgram, alone}, AllowOnce, false);
    row("default context", {}, AllowOnce, false);
}

void TestAnswerGuard::table() {
    QFETCH(AnswerContext, context);
    QFETCH(AnswerKind, kind);
    QFETCH(bool, equalsNoSandbox);
    QFETCH(bool, agentWritable);
    QFETCH(bool, ok);
    Approval approval;
    approval.equalsNoSandbox = equalsNoSandbox;
    approval.command.origin = agentWritable ? FileOrigin::AgentWritable : FileOrigin::Unplantable;
    const auto result = mayAnswer(context, Answer{{}, {}, kind, 60, {}}, approval);
    QCOMPARE(result.has_value(), ok);
    if (!result) {
        QCOMPARE(result.error().kind, ErrorKind::Refused);
        QVERIFY(result.error().text.size() > 20);
    }
}

void TestAnswerGuard::moreFoldersAreAPersonsToGive() {
    Approval approval;
    approval.kind = ApprovalKind::WiderSandbox;
    approval.mode = SandboxMode::WorkspaceWrite;
    const Answer once{{}, {}, AnswerKind::AllowOnce, 0, {}};
    QVERIFY(mayAnswer(agentsClient, once, approval).has_value());
    approval.extraWritableRoots = {"/home/me/projects"};
    QVERIFY(!mayAnswer(agentsClient, once, approval).has_value());
    QVERIFY(mayAnswer(freePerson, once, approval).has_value());
    // Where a danger would run, it says where it may write anyway.
    approval.kind = ApprovalKind::Exec;
    QVERIFY(mayAnswer(agentsClient, once, approval).has_value());
}

/** An agent writes a repository's rules, and what they ask gets out once it is answered. */
void TestAnswerGuard::whoseRulesAsk_data() {
    QTest::addColumn<std::vector<TraceStep>>("trace");
    QTest::addColumn<bool>("ofClient"); ///< it may allow it
    const auto step = [](Layer layer, RuleDecision decision, bool counted = true) {
        return TraceStep{layer, "/r/a.rules", 1, decision, {"cp"}, {}, counted, {}};
    };
    using enum RuleDecision;
    const auto row = [](const char* name, std::vector<TraceStep> trace, bool ofClient) {
        QTest::newRow(name) << std::move(trace) << ofClient;
    };
    row("the user's", {step(Layer::User, Prompt)}, true);
    row("the repository's", {step(Layer::Project, Prompt)}, false);
    row("both", {step(Layer::Project, Prompt), step(Layer::User, Prompt)}, true);
    row("beside an allow of the user's", {step(Layer::User, Allow), step(Layer::Project, Prompt)}, true);
    row("beside one that does not count", {step(Layer::User, Allow, false), step(Layer::Project, Prompt)}, false);
    row("a file to confirm", {step(Layer::User, Allow, false)}, true);
    row("no rule", {}, true);
}

void TestAnswerGuard::whoseRulesAsk() {
    QFETCH(std::vector<TraceStep>, trace);
    QFETCH(bool, ofClient);
    Approval approval;
    approval.command.origin = FileOrigin::Unplantable;
    approval.judgement.verdict = Verdict::Ask;
    approval.judgement.trace = trace;
    const Answer once{{}, {}, AnswerKind::AllowOnce, 0, {}};
    QCOMPARE(mayAnswer(agentsClient, once, approval).has_value(), ofClient);
    QVERIFY(mayAnswer(freePerson, once, approval).has_value());
}

void TestAnswerGuard::lasting_data() {
    using enum AnswerKind;
    const auto asking = [](Layer layer) {
        Approval approval;
        approval.command.origin = FileOrigin::Unplantable;
        approval.judgement.verdict = Verdict::Ask;
        approval.judgement.trace = {{layer, "/home/me/my.rules", 7, RuleDecision::Prompt, {"git"}, {}, true, {}}};
        return approval;
    };
    Approval uncounted = asking(Layer::User);
    uncounted.judgement.trace.front().counted = false;
    Approval requirementBesides = asking(Layer::Requirements);
    requirementBesides.judgement.trace.front().file = "/etc/codex/requirements.toml";
    requirementBesides.judgement.trace.front().line = 0;
    requirementBesides.judgement.trace.push_back(asking(Layer::User).judgement.trace.front());
    Approval agentsFile = asking(Layer::User);
    agentsFile.command.origin = FileOrigin::AgentWritable;
    Approval brokenFile = asking(Layer::User);
    brokenFile.judgement.trace.front().decision = RuleDecision::Allow;
    brokenFile.judgement.reason = "/home/me/other.rules:3 is broken";
    Approval wider;
    wider.kind = ApprovalKind::WiderSandbox;
    Approval noRule;
    noRule.command.origin = FileOrigin::Unplantable;

    QTest::addColumn<Approval>("approval");
    QTest::addColumn<AnswerKind>("kind");
    QTest::addColumn<QString>("refusal"); // words of the refusal; empty = taken
    QTest::newRow("no rule: always") << noRule << AllowAlways << QString();
    QTest::newRow("a prompt that does not count: always") << uncounted << AllowAlways << QString();
    QTest::newRow("my prompt rule: once") << asking(Layer::User) << AllowOnce << QString();
    QTest::newRow("my prompt rule: session") << asking(Layer::User) << AllowSession << QString();
    QTest::newRow("my prompt rule: for a time") << asking(Layer::User) << AllowFor << QString();
    QTest::newRow("my prompt rule: deny always") << asking(Layer::User) << DenyAlways << QString();
    for (const auto layer : {Layer::Shipped, Layer::User, Layer::Project})
        QTest::addRow("a prompt rule of layer %d: always", static_cast<int>(layer))
            << asking(layer) << AllowAlways << QString();
    QTest::newRow("the administrator's prompt rule: always")
        << asking(Layer::System) << AllowAlways << "my.rules:7 asks .* administrator's.*--session";
    QTest::newRow("the administrator's prompt rule: session") << asking(Layer::System) << AllowSession << QString();
    QTest::newRow("a requirement: always")
        << asking(Layer::Requirements) << AllowAlways << "administrator's.*--session";
    QTest::newRow("a requirement beside a prompt of mine: always")
        << requirementBesides << AllowAlways << "/etc/codex/requirements.toml:0 asks";
    QTest::newRow("an agent's file beside a prompt: always") << agentsFile << AllowAlways << "an agent could write";
    QTest::newRow("a broken file: always") << brokenFile << AllowAlways << "other.rules:3 is broken";
    Approval dangerous;
    dangerous.command.origin = FileOrigin::AgentWritable;
    dangerous.command.argv = {"rm", "-f", "x"};
    dangerous.judgement.verdict = Verdict::Ask;
    dangerous.judgement.dangers = {{"rm-force", {"rm", "-f", "x"}, "deletes", {}, {}}};
    Approval wrapped = dangerous;
    wrapped.command.argv = {"env", "rm", "-f", "x"};
    for (const auto kind : {AllowOnce, AllowSession, AllowFor, Deny, DenyAlways})
        QTest::addRow("danger: %d", static_cast<int>(kind)) << dangerous << kind << QString();
    QTest::newRow("danger: always") << dangerous << AllowAlways << "run outside the sandbox.*\"rm-force\" off";
    QTest::newRow("wrapped danger: session") << wrapped << AllowSession << QString();
    QTest::newRow("wrapped danger: deny always") << wrapped << DenyAlways << "another program starts it";
    QTest::newRow("wider sandbox: once") << wider << AllowOnce << QString();
    QTest::newRow("wider sandbox: deny") << wider << Deny << QString();
    for (const auto kind : {AllowSession, AllowFor, AllowAlways, DenyAlways})
        QTest::addRow("wider sandbox: lasting %d", static_cast<int>(kind)) << wider << kind << "matter of one call";
}

void TestAnswerGuard::lasting() {
    QFETCH(Approval, approval);
    QFETCH(AnswerKind, kind);
    QFETCH(QString, refusal);
    const auto result = mayAnswer(freePerson, Answer{{}, {}, kind, 60, {}}, approval);
    QCOMPARE(result.has_value(), refusal.isEmpty());
    if (!result)
        QVERIFY2(QRegularExpression(refusal).match(QString::fromStdString(result.error().text)).hasMatch(),
                 result.error().text.c_str());
}

void TestAnswerGuard::trust_data() {
    constexpr auto cli = AnswerSource::CommandLine;
    constexpr auto freePeer = PeerStanding::Free;
    constexpr auto tty = PeerTerminal::Present;
    constexpr auto ours = PeerProgram::OurCommandLine;
    constexpr auto alone = DesktopPresence::Absent;
    QTest::addColumn<AnswerContext>("context");
    QTest::addColumn<QString>("refusal"); // words of it; empty = may
    const auto row = [](const char* name, const AnswerContext& context, const char* refusal) {
        QTest::newRow(name) << context << refusal;
    };
    row("a person at a terminal", {cli, freePeer, tty, ours, alone}, "");
    row("the same beside a desktop", {cli, freePeer, tty, ours, DesktopPresence::Connected}, "");
    row("the desktop", {AnswerSource::Desktop, freePeer, PeerTerminal::Missing, PeerProgram::OurDesktop, alone}, "");
    row("no terminal", {cli, freePeer, PeerTerminal::Missing, ours, alone}, "terminal");
    row("another program", {cli, freePeer, tty, PeerProgram::Unknown, alone}, "only the program exeat");
    row("another program as desktop", {AnswerSource::Desktop, freePeer, tty, ours, alone}, "not the desktop program");
    row("a run's child", {cli, PeerStanding::DescendsFromRun, tty, ours, alone}, "agent's command");
    row("an agent's child", {cli, PeerStanding::SharesAgent, tty, ours, alone}, "belongs to an agent");
    row("an agent's child as desktop",
        {AnswerSource::Desktop, PeerStanding::SharesAgent, tty, PeerProgram::OurDesktop, alone}, "belongs to an agent");
    row("an agent's client", {AnswerSource::Client, freePeer, tty, ours, alone}, "by a person");
    row("a rule", {AnswerSource::Rule, freePeer, tty, ours, alone}, "by a person");
    row("nobody", {AnswerSource::Nobody, freePeer, tty, ours, alone}, "by a person");
    row("default context", {}, "agent's command");
}

void TestAnswerGuard::trust() {
    QFETCH(AnswerContext, context);
    QFETCH(QString, refusal);
    const auto result = mayTrust(context);
    QCOMPARE(result.has_value(), refusal.isEmpty());
    if (!result)
        QVERIFY2(QString::fromStdString(result.error().text).contains(refusal), result.error().text.c_str());
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestAnswerGuard)
#include "tst_answerguard.moc"
