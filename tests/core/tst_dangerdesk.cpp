#include "service/run/accepteddangers.h"
#include "shared/base/limits.h"
#include "tests/core/desk.h"

#include <QTest>

using namespace exeat;

namespace {

using namespace std::chrono_literals;

Danger danger(std::vector<std::string> command) {
    return {"rm-force", std::move(command), "deletes without asking", "Move it aside.", {}};
}

/** `argv` is about to start, and `dangers` are in it. */
wire::ExecRequest request(std::vector<std::string> argv, std::vector<Danger> dangers, const char* run = "r",
                          std::uint64_t exec = 2) {
    wire::ExecRequest request;
    request.run = RunId{run};
    request.exec = ExecId{exec};
    request.command.file = request.command.realPath = "/work/no/such/file";
    request.command.origin = FileOrigin::AgentWritable; // nothing is hashed: it does not leave the sandbox
    request.command.argv = std::move(argv);
    request.command.workdir = "/work";
    request.judgement.verdict = Verdict::Ask;
    request.judgement.reason = "the danger list";
    request.judgement.dangers = std::move(dangers);
    return request;
}

wire::ExecRequest plain(const char* run = "r", std::uint64_t exec = 2) {
    return request({"rm", "-f", "x"}, {danger({"rm", "-f", "x"})}, run, exec);
}

} // namespace

/** What the danger list asks about, and for how long an answer holds. */
class TestDangerDesk : public QObject {
    Q_OBJECT
private slots:
    void answers_data() {
        QTest::addColumn<AnswerKind>("kind");
        QTest::addColumn<AnswerSource>("source");
        QTest::addColumn<Verdict>("verdict");
        QTest::addColumn<bool>("sameRun");  ///< covers the same command later in the run
        QTest::addColumn<bool>("otherRun"); ///< and in another run of the session
        QTest::addColumn<int>("rules");
        using enum AnswerKind;
        using enum AnswerSource;
        QTest::newRow("once") << AllowOnce << CommandLine << Verdict::Inside << true << false << 0;
        QTest::newRow("session") << AllowSession << CommandLine << Verdict::Inside << true << true << 0;
        QTest::newRow("for a time") << AllowFor << Desktop << Verdict::Inside << true << true << 0;
        QTest::newRow("always is no rule") << AllowAlways << Desktop << Verdict::Inside << true << false << 0;
        QTest::newRow("a client's session counts once")
            << AllowSession << Client << Verdict::Inside << true << false << 0;
        QTest::newRow("deny") << Deny << CommandLine << Verdict::Deny << false << false << 0;
        QTest::newRow("deny always") << DenyAlways << CommandLine << Verdict::Deny << false << false << 1;
    }
    void answers() {
        QFETCH(AnswerKind, kind);
        QFETCH(AnswerSource, source);
        QFETCH(Verdict, verdict);
        QFETCH(bool, sameRun);
        QFETCH(bool, otherRun);
        QFETCH(int, rules);
        Desk d;
        d.desk.handle(plain(), {});
        QCOMPARE(d.ports.open.size(), 1U);
        d.decide(kind, source, "because");
        QCOMPARE(d.ports.answers.size(), 1U);
        QCOMPARE(d.ports.answers.at(0).verdict, verdict);
        QCOMPARE(d.ledger.records.at(0).outcome, verdict);
        QVERIFY(d.ports.grants.empty()); // no rule lets it out
        QCOMPARE(d.policy.rules.size(), static_cast<std::size_t>(rules));
        const std::string reason = d.ports.answers.at(0).reason;
        if (verdict == Verdict::Deny)
            QVERIFY2(reason.contains("because") && reason.contains("Move it aside."), reason.c_str());
        QCOMPARE(d.ports.notices.at(0).alternative, std::string("Move it aside."));

        d.desk.handle(plain(), {});
        QCOMPARE(d.ports.answers.size(), sameRun ? 2U : 1U);
        d.desk.handle(plain("another", 3), {});
        QCOMPARE(d.ports.answers.size(), 1U + (sameRun ? 1 : 0) + (otherRun ? 1 : 0));
        for (const auto& answer : d.ports.answers)
            QVERIFY(answer.verdict != Verdict::Escalate);
    }
    void onlyTheSameIsCovered_data() {
        QTest::addColumn<std::vector<std::string>>("command");
        QTest::addColumn<QString>("workdir");
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("covered");
        using Words = std::vector<std::string>;
        QTest::newRow("the same") << Words{"rm", "-f", "x"} << "/work" << "" << true;
        QTest::newRow("another file") << Words{"rm", "-f", "y"} << "/work" << "" << false;
        QTest::newRow("more files") << Words{"rm", "-f", "x", "y"} << "/work" << "" << false;
        QTest::newRow("another folder") << Words{"rm", "-f", "x"} << "/work/sub" << "" << false;
        QTest::newRow("another machine") << Words{"rm", "-f", "x"} << "/work" << "host" << false;
    }
    void onlyTheSameIsCovered() {
        QFETCH(std::vector<std::string>, command);
        QFETCH(QString, workdir);
        QFETCH(QString, host);
        QFETCH(bool, covered);
        Desk d;
        d.desk.handle(plain(), {});
        d.decide(AnswerKind::AllowSession);
        auto next = request(command, {danger(command)});
        next.command.workdir = workdir.toStdString();
        next.judgement.dangers.front().host = host.toStdString();
        d.desk.handle(next, {});
        QCOMPARE(d.ports.answers.size(), covered ? 2U : 1U);
    }
    void wrappedIsAskedEachTime_data() {
        QTest::addColumn<std::vector<std::string>>("argv");
        using Words = std::vector<std::string>;
        QTest::newRow("input decides") << Words{"xargs", "rm", "-f", "x"};
        QTest::newRow("another folder") << Words{"env", "-C", "precious", "rm", "-f", "x"};
        QTest::newRow("found files") << Words{"find", "build", "-exec", "rm", "-f", "x", "+"};
        QTest::newRow("a script") << Words{"sh", "-c", "cd $(cat where) && rm -f x"};
    }
    void wrappedIsAskedEachTime() {
        QFETCH(std::vector<std::string>, argv);
        Desk d;
        d.desk.handle(plain(), {});
        d.decide(AnswerKind::AllowSession);
        for (std::size_t i = 0; i < 2; ++i) {
            d.desk.handle(request(argv, {danger({"rm", "-f", "x"})}), {});
            QCOMPARE(d.ports.answers.size(), i + 1);
            d.decide(AnswerKind::AllowSession);
        }
    }
    void anotherMachineIsAskedEachTime() {
        Desk d;
        auto remote = request({"rm", "-f", "x"}, {danger({"rm", "-f", "x"})});
        remote.judgement.dangers.front().host = "build1";
        d.desk.handle(remote, {});
        d.decide(AnswerKind::AllowSession);
        d.desk.handle(remote, {});
        QCOMPARE(d.queue.open().size(), 1U);
    }
    void anotherSandboxIsAsked_data() {
        QTest::addColumn<SandboxGrant>("sandbox");
        QTest::addColumn<bool>("covered");
        using enum SandboxMode;
        QTest::newRow("the same") << SandboxGrant{ReadOnly, NetworkAccess::Off, {}, {}} << true;
        QTest::newRow("may write") << SandboxGrant{WorkspaceWrite, NetworkAccess::Off, {"/work"}, {}} << false;
        QTest::newRow("network") << SandboxGrant{ReadOnly, NetworkAccess::On, {}, {}} << false;
        QTest::newRow("none") << SandboxGrant{FullAccess, NetworkAccess::On, {}, {}} << false;
    }
    void anotherSandboxIsAsked() {
        QFETCH(SandboxGrant, sandbox);
        QFETCH(bool, covered);
        Desk d;
        ExecContext context;
        d.desk.handle(plain(), context);
        d.decide(AnswerKind::AllowSession);
        context.sandbox = sandbox;
        d.desk.handle(plain(), context);
        QCOMPARE(d.queue.open().empty(), covered);
    }
    void theEndOfARunForgetsIt() {
        Desk d;
        d.desk.handle(plain(), {});
        d.decide(AnswerKind::AllowOnce);
        d.desk.runEnded(RunId{"r"});
        d.desk.handle(plain(), {});
        QCOMPARE(d.ports.answers.size(), 1U);
    }
    void saysWhereItWouldRun() {
        Desk d;
        ExecContext context;
        context.sandbox = {SandboxMode::WorkspaceWrite, NetworkAccess::On, {"/work", "/tmp"}, {}};
        d.desk.handle(plain(), context);
        const auto open = d.queue.open();
        QCOMPARE(open.size(), 1U);
        QVERIFY(open.front().isHeuristic());
        QCOMPARE(open.front().mode, SandboxMode::WorkspaceWrite);
        QCOMPARE(open.front().network, NetworkAccess::On);
        QCOMPARE(open.front().extraWritableRoots, (std::vector<std::string>{"/work", "/tmp"}));
        QVERIFY(!open.front().equalsNoSandbox);
    }
    void noRecordNoAct() {
        Desk d;
        d.ledger.failing = "exec";
        d.desk.handle(plain(), {});
        d.decide(AnswerKind::AllowOnce);
        QCOMPARE(d.ports.answers.at(0).verdict, Verdict::Deny);
    }
    void aTimeEnds() {
        AcceptedDangers accepted;
        const AcceptedDangers::Moment start{};
        const DangerousExec exec{RunId{"r"}, {"rm", "-f", "x"}, "/work", {}, {danger({"rm", "-f", "x"})}};
        accepted.accept(exec, {AnswerKind::AllowFor, AnswerSource::Desktop, {}, {}, 10}, start);
        QVERIFY(accepted.covering(exec, start + 9s));
        QVERIFY(!accepted.covering(exec, start + 10s));
        QVERIFY(!accepted.covering({RunId{"r"}, {"rm"}, "/work", {}, {}},
                                   start)); // nothing dangerous is covered by nothing
    }
    void isBounded() {
        AcceptedDangers accepted;
        const AcceptedDangers::Moment start{};
        const auto exec = [](std::size_t i) {
            const std::vector<std::string> argv{"rm", "-f", std::to_string(i)};
            return DangerousExec{RunId{"r"}, argv, "/work", {}, {danger(argv)}};
        };
        for (std::size_t i = 0; i < limits::acceptedDangers; ++i)
            accepted.accept(exec(i), {AnswerKind::AllowSession, AnswerSource::Desktop, {}, {}, 0}, start);
        QVERIFY(accepted.covering(exec(0), start));
        accepted.accept(exec(limits::acceptedDangers), {AnswerKind::AllowOnce, AnswerSource::Desktop, {}, {}, 0},
                        start);
        QVERIFY(!accepted.covering(exec(0), start)); // the oldest is asked again
        QVERIFY(accepted.covering(exec(1), start));
    }
};

QTEST_GUILESS_MAIN(TestDangerDesk)
#include "tst_dangerdesk.moc"
