#include "tests/core/desk.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>

#include <sys/stat.h>

using namespace exeat;

namespace {

wire::ExecRequest request(Verdict verdict, std::uint64_t exec = 1, std::vector<std::string> argv = {"git", "push"}) {
    wire::ExecRequest request;
    request.run = RunId{"r"};
    request.exec = ExecId{exec};
    request.command.file = "/usr/bin/git";
    request.command.realPath = "/usr/bin/git";
    request.command.names = {"git"};
    request.command.origin = FileOrigin::Unplantable;
    request.command.argv = std::move(argv);
    request.judgement.verdict = verdict;
    request.judgement.passEnvironment = {"GIT_AUTHOR_NAME"};
    request.judgement.trace = {{Layer::User, "/f", 1, RuleDecision::Prompt, {"git"}, "use git fetch", true, {}}};
    return request;
}

} // namespace

class TestEscalationDesk : public QObject {
    Q_OBJECT
private slots:
    void anAllowRuleIsRecordedBeforeTheAnswer() {
        Desk d;
        d.desk.handle(request(Verdict::Escalate), {});
        QCOMPARE(d.ledger.said, (std::vector<std::string>{"exec", "answer"}));
        QCOMPARE(d.ports.answers.at(0).verdict, Verdict::Escalate);
        QCOMPARE(d.ports.answers.at(0).passEnvironment, std::vector<std::string>{"GIT_AUTHOR_NAME"});
        QCOMPARE(d.ledger.records.at(0).decidedBy, AnswerSource::Rule);
    }
    /** The same words for another place are another question; what lasts is for that place. */
    void whereItRunsIsPartOfTheQuestion() {
        Desk d;
        auto asked = request(Verdict::Ask);
        asked.judgement.sandbox = RuleSandbox::ReadOnly;
        d.desk.handle(asked, {});
        d.desk.handle(request(Verdict::Ask, 2), {});
        asked.exec = ExecId{3};
        d.desk.handle(asked, {});
        QCOMPARE(d.queue.open().size(), std::size_t{2});
        d.decide(AnswerKind::AllowSession);
        QCOMPARE(d.ports.answers.size(), std::size_t{2});
        QCOMPARE(d.ports.grants.size(), std::size_t{1});
        QCOMPARE(d.ports.grants.at(0).first.sandbox, RuleSandbox::ReadOnly);
        QCOMPARE(d.ports.notices.at(0).sandbox, RuleSandbox::ReadOnly);
    }
    /** Where no rule asks, as with a broken file, an answer for always is a rule. */
    void alwaysIsForThatPlace() {
        Desk d;
        auto asked = request(Verdict::Ask);
        asked.judgement.trace.clear();
        asked.judgement.sandbox = RuleSandbox::Network;
        d.desk.handle(asked, {});
        d.decide(AnswerKind::AllowAlways, AnswerSource::Desktop);
        QCOMPARE(d.policy.rules.size(), std::size_t{1});
        QCOMPARE(d.policy.rules.at(0).sandbox, RuleSandbox::Network);
    }
    /** What the question showed, and no more, goes along from then on. */
    void lastingAnswersCarryWhatWasShown_data() {
        QTest::addColumn<std::vector<std::string>>("named"); // by the rules
        QTest::addColumn<std::vector<std::string>>("shown");
        using Names = std::vector<std::string>;
        QTest::newRow("no names") << Names{} << Names{};
        QTest::newRow("set") << Names{"TOKEN"} << Names{"TOKEN"};
        QTest::newRow("set and empty") << Names{"EMPTY", "TOKEN"} << Names{"EMPTY", "TOKEN"};
        QTest::newRow("not set, so not shown") << Names{"OTHER"} << Names{};
        QTest::newRow("a part of a name") << Names{"TOKE", "TOKEN2"} << Names{};
    }
    void lastingAnswersCarryWhatWasShown() {
        QFETCH(std::vector<std::string>, named);
        QFETCH(std::vector<std::string>, shown);
        auto asked = request(Verdict::Ask);
        asked.command.environment = {"PATH=/bin", "TOKEN=a", "EMPTY="};
        asked.judgement.passEnvironment = named;
        asked.judgement.sandbox = RuleSandbox::Network;
        Desk d;
        d.desk.handle(asked, {});
        std::vector<std::string> inQuestion;
        for (const auto& entry : passedEnvironment(d.queue.open().front()))
            inQuestion.push_back(entry.substr(0, entry.find('=')));
        std::ranges::sort(inQuestion);
        QCOMPARE(inQuestion, shown);
        d.decide(AnswerKind::AllowAlways, AnswerSource::Desktop);
        QCOMPARE(d.policy.rules.size(), std::size_t{1});
        QCOMPARE(d.policy.rules.at(0).passEnvironment, shown);
        QCOMPARE(d.policy.rules.at(0).sandbox, RuleSandbox::Network);
        QCOMPARE(d.ports.answers.at(0).passEnvironment, named);
        // What is refused for always has no environment to speak of.
        d.desk.handle(asked, {});
        d.decide(AnswerKind::DenyAlways, AnswerSource::Desktop);
        QVERIFY(d.policy.rules.at(1).passEnvironment.empty());
        d.desk.handle(asked, {});
        d.decide(AnswerKind::AllowAlways, AnswerSource::Client);
        QCOMPARE(d.policy.rules.size(), std::size_t{2});
        d.desk.handle(asked, {});
        d.decide(AnswerKind::AllowSession, AnswerSource::Desktop);
        QCOMPARE(d.ports.grants.at(0).first.passEnvironment, shown);
    }
    void noRecordNoAct_data() {
        QTest::addColumn<std::string>("failing");
        QTest::newRow("the exec") << std::string("exec");
        QTest::newRow("the question") << std::string("asked");
        QTest::newRow("the answer") << std::string("settled");
    }
    void noRecordNoAct() {
        QFETCH(std::string, failing);
        Desk d;
        d.ledger.failing = failing;
        d.desk.handle(request(Verdict::Ask), {});
        if (failing == "asked")
            QTRY_COMPARE(d.ports.answers.size(), 1U);
        else
            d.decide(AnswerKind::AllowAlways);
        QCOMPARE(d.ports.answers.at(0).verdict, Verdict::Deny);
        QVERIFY(d.ports.answers.at(0).passEnvironment.empty());
        QVERIFY(d.ports.open.empty());
    }
    void decisions_data() {
        QTest::addColumn<AnswerKind>("kind");
        QTest::addColumn<AnswerSource>("source");
        QTest::addColumn<Verdict>("verdict");
        QTest::addColumn<int>("grants");
        QTest::addColumn<int>("rules");
        using enum AnswerKind;
        using enum AnswerSource;
        QTest::newRow("once") << AllowOnce << CommandLine << Verdict::Escalate << 0 << 0;
        QTest::newRow("session") << AllowSession << CommandLine << Verdict::Escalate << 1 << 0;
        QTest::newRow("for a time") << AllowFor << Desktop << Verdict::Escalate << 1 << 0;
        QTest::newRow("always beside a rule that asks") << AllowAlways << Desktop << Verdict::Escalate << 0 << 1;
        QTest::newRow("deny") << Deny << CommandLine << Verdict::Deny << 0 << 0;
        QTest::newRow("deny always") << DenyAlways << Desktop << Verdict::Deny << 0 << 1;
        QTest::newRow("a client's session counts once") << AllowSession << Client << Verdict::Escalate << 0 << 0;
        QTest::newRow("a client's always counts once") << AllowAlways << Client << Verdict::Escalate << 0 << 0;
    }
    void decisions() {
        QFETCH(AnswerKind, kind);
        QFETCH(AnswerSource, source);
        QFETCH(Verdict, verdict);
        QFETCH(int, grants);
        QFETCH(int, rules);
        Desk d;
        d.desk.handle(request(Verdict::Ask), {});
        QVERIFY(d.ports.answers.empty());
        QCOMPARE(d.ports.open.size(), 1U);
        d.decide(kind, source, "because");
        QCOMPARE(d.ports.answers.size(), 1U);
        QCOMPARE(d.ports.answers.at(0).verdict, verdict);
        QCOMPARE(d.ports.grants.size(), static_cast<std::size_t>(grants));
        QCOMPARE(d.policy.rules.size(), static_cast<std::size_t>(rules));
        QCOMPARE(d.ports.notices.at(0).alternative, std::string("use git fetch"));
        QVERIFY(d.ports.notices.at(0).asked);
        QCOMPARE(d.ports.notices.at(0).reason, d.ports.answers.at(0).reason);
        if (verdict == Verdict::Deny)
            QVERIFY(d.ports.answers.at(0).reason.ends_with("because"));
        if (kind == AnswerKind::AllowAlways && source == AnswerSource::Desktop) {
            QVERIFY(d.policy.rules.at(0).answersPrompts);
            QVERIFY(d.policy.rules.at(0).exact);
            QCOMPARE(d.policy.rules.at(0).layer, Layer::User);
            QVERIFY(d.policy.rules.at(0).pattern == (std::vector<PatternToken>{{{"git"}}, {{"push"}}}));
        }
        if (kind == AnswerKind::AllowFor)
            QCOMPARE(d.ports.grants.at(0).second, std::chrono::seconds(60));
        if (grants == 1) {
            QVERIFY(d.ports.grants.at(0).first.exact);
            QCOMPARE(d.ports.grants.at(0).first.pattern.size(), 2U);
        }
        if (rules == 1)
            QCOMPARE(d.policy.rules.at(0).decision,
                     kind == AnswerKind::DenyAlways ? RuleDecision::Forbidden : RuleDecision::Allow);
    }
    void alwaysWritesARuleWhereNoneAsks() {
        Desk d;
        auto asked = request(Verdict::Ask);
        asked.judgement.trace.clear();
        d.desk.handle(asked, {});
        d.decide(AnswerKind::AllowAlways, AnswerSource::Desktop);
        QCOMPARE(d.ports.answers.at(0).verdict, Verdict::Escalate);
        QCOMPARE(d.policy.rules.size(), 1U);
        QCOMPARE(d.policy.rules.at(0).decision, RuleDecision::Allow);
        QVERIFY(!d.policy.rules.at(0).answersPrompts);
    }
    void alwaysDoesNotAnswerAnAdministrator_data() {
        QTest::addColumn<Layer>("layer");
        QTest::newRow("of this machine") << Layer::System;
        QTest::newRow("by a requirement") << Layer::Requirements;
    }
    void alwaysDoesNotAnswerAnAdministrator() {
        QFETCH(Layer, layer);
        Desk d;
        auto asked = request(Verdict::Ask);
        asked.judgement.trace.push_back(asked.judgement.trace.front());
        asked.judgement.trace.front().layer = layer;
        d.desk.handle(asked, {});
        d.decide(AnswerKind::AllowAlways, AnswerSource::Desktop);
        QCOMPARE(d.ports.answers.at(0).verdict, Verdict::Escalate);
        QVERIFY(d.policy.rules.empty());
        const std::string& reason = d.ports.answers.at(0).reason;
        QVERIFY2(reason.find("for this time only, because the rule /f:1 asks") != std::string::npos, reason.c_str());
    }
    void alwaysConfirmsAFileOfTheUsers() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("cargo").toStdString();
        std::ofstream(path) << "#!/bin/sh\n";
        struct stat facts{};
        QCOMPARE(::stat(path.c_str(), &facts), 0);
        auto asked = request(Verdict::Ask, 1, {"cargo", "build"});
        asked.command.file = asked.command.realPath = path;
        asked.command.names = {"cargo"};
        asked.command.origin = FileOrigin::UserOwned;
        asked.command.identity = {facts.st_dev, facts.st_ino};
        asked.judgement.trace = {{Layer::User, "/f", 1, RuleDecision::Allow, {"cargo"}, {}, false, "only the name"}};
        asked.judgement.confirmsFile = true;
        Desk d;
        d.desk.handle(asked, {});
        d.decide(AnswerKind::AllowOnce);
        QVERIFY(d.policy.confirmed.empty()); // once is once
        d.desk.handle(asked, {});
        d.decide(AnswerKind::AllowAlways, AnswerSource::Client);
        QVERIFY(d.policy.confirmed.empty()); // and so is whatever a client says
        d.desk.handle(asked, {});
        d.decide(AnswerKind::AllowAlways, AnswerSource::Desktop);
        QCOMPARE(d.ports.answers.at(2).verdict, Verdict::Escalate);
        QVERIFY(d.policy.rules.empty());
        QCOMPARE(d.policy.confirmed.size(), 1U);
        QCOMPARE(d.policy.confirmed.at(0).path, path);
        QCOMPARE(d.policy.confirmed.at(0).sha256.size(), 64U);
        QCOMPARE(d.policy.confirmed.at(0).who, std::string("test"));
        // What changed while the person thought is not confirmed.
        d.desk.handle(asked, {});
        std::ofstream(path, std::ios::app) << "evil\n";
        d.decide(AnswerKind::AllowAlways, AnswerSource::Desktop);
        QCOMPARE(d.ports.answers.at(3).verdict, Verdict::Deny);
        QCOMPARE(d.policy.confirmed.size(), 1U);
        // Where a rule asks, both are needed: the content, and a rule for the path that counts while it stays.
        asked.judgement.confirmsFile = false;
        asked.judgement.trace = {{Layer::Shipped, "/f", 1, RuleDecision::Prompt, {"cargo"}, {}, true, {}}};
        d.desk.handle(asked, {});
        d.decide(AnswerKind::AllowAlways, AnswerSource::Desktop);
        QCOMPARE(d.ports.answers.at(4).verdict, Verdict::Escalate);
        QCOMPARE(d.policy.confirmed.size(), 2U);
        QCOMPARE(d.policy.rules.size(), 1U);
        QVERIFY(d.policy.rules.at(0).answersPrompts && d.policy.rules.at(0).confirmedPath.empty());
        QVERIFY(d.policy.rules.at(0).confirmedOnly);
        QVERIFY(d.policy.rules.at(0).pattern == (std::vector<PatternToken>{{{path}}, {{"build"}}}));
        // A session that frees no names is no hindrance.
        ExecContext byPath;
        byPath.namesOnlyByPath = true;
        d.desk.handle(asked, byPath);
        d.decide(AnswerKind::AllowAlways, AnswerSource::Desktop);
        QCOMPARE(d.policy.rules.size(), 2U);
        QVERIFY(d.policy.rules.at(1).confirmedOnly);
    }
    void theSameIsAskedOnceAnotherIsNot() {
        Desk d;
        d.desk.handle(request(Verdict::Ask, 1), {});
        d.desk.handle(request(Verdict::Ask, 2), {});
        QCOMPARE(d.queue.open().size(), 1U);
        d.desk.handle(request(Verdict::Ask, 3, {"git", "push", "--force"}), {});
        QCOMPARE(d.queue.open().size(), 2U);
        d.decide(AnswerKind::AllowSession);
        QCOMPARE(d.ports.answers.size(), 2U);
        QCOMPARE(d.queue.open().size(), 1U);
    }
    void onceIsOnce_data() {
        QTest::addColumn<AnswerKind>("kind");
        QTest::addColumn<AnswerSource>("source");
        QTest::newRow("a person") << AnswerKind::AllowOnce << AnswerSource::CommandLine;
        QTest::newRow("a client, whatever it says") << AnswerKind::AllowSession << AnswerSource::Client;
    }
    void onceIsOnce() {
        QFETCH(AnswerKind, kind);
        QFETCH(AnswerSource, source);
        Desk d;
        for (std::uint64_t exec = 1; exec <= 3; ++exec)
            d.desk.handle(request(Verdict::Ask, exec), {});
        for (std::size_t answered = 1; answered <= 3; ++answered) {
            QCOMPARE(d.queue.open().size(), 1U);
            QCOMPARE(d.queue.open().front().exec, ExecId{answered});
            d.decide(kind, source);
            QCOMPARE(d.ports.answers.size(), answered);
        }
        QVERIFY(d.queue.open().empty());
    }
    void aNoIsForAll() {
        Desk d;
        for (std::uint64_t exec = 1; exec <= 3; ++exec)
            d.desk.handle(request(Verdict::Ask, exec), {});
        d.decide(AnswerKind::Deny);
        QCOMPARE(d.ports.answers.size(), 3U);
        QVERIFY(d.queue.open().empty());
    }
    void goneCallersWithdraw() {
        Desk d;
        d.desk.handle(request(Verdict::Ask, 1), {});
        d.desk.handle(request(Verdict::Ask, 2), {});
        d.desk.withdrawn(RunId{"r"}, ExecId{1});
        QCOMPARE(d.queue.open().size(), 1U);
        d.desk.withdrawn(RunId{"r"}, ExecId{2});
        QVERIFY(d.queue.open().empty());
        QVERIFY(d.ports.open.empty());
    }
    void theEndOfARunWithdrawsAll() {
        Desk d;
        d.desk.handle(request(Verdict::Ask, 1), {});
        d.desk.runEnded(RunId{"other"});
        QCOMPARE(d.queue.open().size(), 1U);
        d.desk.runEnded(RunId{"r"});
        QVERIFY(d.queue.open().empty());
        QCOMPARE(d.ports.answers.at(0).verdict, Verdict::Deny);
    }
    void anAgentsFile_data() {
        QTest::addColumn<bool>("changes");
        QTest::newRow("unchanged") << false;
        QTest::newRow("swapped before the answer") << true;
    }
    void anAgentsFile() {
        QFETCH(bool, changes);
        const QTemporaryDir folder;
        const std::string path = folder.filePath("tool").toStdString();
        std::ofstream(path) << "#!/bin/sh\n";
        struct stat facts{};
        QCOMPARE(::stat(path.c_str(), &facts), 0);
        auto asked = request(Verdict::Ask, 1, {"tool", "x"});
        asked.command.file = asked.command.realPath = path;
        asked.command.names = {"tool"};
        asked.command.origin = FileOrigin::AgentWritable;
        asked.command.identity = {facts.st_dev, facts.st_ino};
        Desk d;
        d.desk.handle(asked, {});
        if (changes)
            std::ofstream(path, std::ios::app) << "evil\n";
        d.decide(AnswerKind::AllowSession);
        QCOMPARE(d.ports.answers.at(0).verdict, changes ? Verdict::Deny : Verdict::Escalate);
        QCOMPARE(d.ports.grants.size(), changes ? 0U : 1U);
        if (!changes) {
            QCOMPARE(d.ports.grants.at(0).first.confirmedPath, path);
            QCOMPARE(d.ports.grants.at(0).first.confirmedSha256.size(), 64U);
            d.desk.handle(asked, {});
            d.decide(AnswerKind::AllowAlways);
            QVERIFY(d.policy.rules.empty());
            QCOMPARE(d.ports.answers.at(1).verdict, Verdict::Escalate);
        }
    }
};

QTEST_GUILESS_MAIN(TestEscalationDesk)
#include "tst_escalationdesk.moc"
