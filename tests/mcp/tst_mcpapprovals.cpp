#include "shared/base/limits.h"
#include "tests/approvals/approvalparts.h"
#include "tests/mcp/wire.h"

#include <QTest>

using namespace exeat;
using namespace exeat::mcp;
using namespace exeat::test;

/** What a call of a tool does while a person is asked: forms of both eras, and handles where there is no form. */
class TestMcpApprovals : public QObject {
    Q_OBJECT

private slots:
    void legacyFormAccepted() {
        Wire wire;
        wire.initialize("2025-06-18", {{"elicitation", Json::object()}});
        wire.call(1, "shell", {{"command", "git push"}});
        wire.run().ask(wire.approvals, {});
        wire.run().ask(wire.approvals, {});
        QTRY_COMPARE(wire.lines.size(), 2U); // both together
        QVERIFY(!wire.lines[0]["params"].contains("mode"));
        QVERIFY(wire.lines[0]["params"]["requestedSchema"]["properties"]["decision"]["enum"] ==
                Json::array({"allow once", "deny"}));
        for (const Json& line : std::vector<Json>(wire.lines))
            wire.send({{"jsonrpc", "2.0"}, {"id", line["id"]}, {"result", Wire::accept()}});
        QTRY_COMPARE(wire.run().decisions.size(), 2U);
        QVERIFY(wire.run().decisions[0].kind == AnswerKind::AllowOnce);
        QVERIFY(wire.run().decisions[0].source == AnswerSource::Client);
        QCOMPARE(wire.run().decisions[0].who, std::string("client tester 1"));
        QVERIFY(!wire.sent("notifications/cancelled"));
        wire.run().finish(RunEnd::Exited, success);
        QTRY_VERIFY(wire.answerTo(1));
    }
    void aDangerIsToldAsOne() {
        Wire wire;
        wire.initialize("2025-06-18", {{"elicitation", Json::object()}});
        wire.call(1, "shell", {{"command", "env rm -rf x"}});
        Approval approval;
        approval.command.argv = {"env", "rm", "-rf", "x"};
        approval.judgement.dangers = {{"rm-force", {"rm", "-rf", "x\x1b"}, "deletes without asking", {}, "far"}};
        wire.run().ask(wire.approvals, approval);
        QTRY_VERIFY(wire.sent("elicitation/create"));
        const std::string message = (*wire.sent("elicitation/create"))["params"]["message"];
        for (const char* part : {"inside the sandbox", "It deletes without asking", "rm -rf 'x", "machine far"})
            QVERIFY2(message.contains(part), message.c_str());
        QVERIFY(!message.contains('\x1b') && !message.contains("outside the sandbox"));
    }
    void whatCannotBeShownCannotBeAllowed_data() { addPartsDecidedAbout(); }
    void whatCannotBeShownCannotBeAllowed() {
        QFETCH(QString, part);
        for (const std::size_t length : {10U, 3000U}) {
            const Approval approval = approvalWith(part, std::string(length, '/'));
            QCOMPARE(isShownWhole(approval), length == 10U);
            Wire wire;
            wire.initialize("2025-06-18", {{"elicitation", Json::object()}});
            wire.call(1, "shell", {{"command", "git push"}});
            wire.run().ask(wire.approvals, approval);
            QTRY_VERIFY(wire.sent("elicitation/create"));
            const Json params = (*wire.sent("elicitation/create"))["params"];
            const Json choices = params["requestedSchema"]["properties"]["decision"]["enum"];
            // More folders are a person's to give, however short they are.
            const bool mayAllow = length == 10U && part != QLatin1String("root");
            QCOMPARE(std::ranges::find(choices, "allow once") != choices.end(), mayAllow);
            QCOMPARE(std::string(params["message"]).contains("too long to be shown"), length != 10U);
        }
    }
    void spacesCannotFakeLines() {
        Approval approval;
        approval.kind = ApprovalKind::WiderSandbox;
        approval.script = "true #" + std::string(500, ' ') + "It may write nothing";
        const std::string message = approvalForm(approval, FormReach::DenyOnly, Revision::R2025_06_18)["message"];
        QVERIFY2(message.contains("#[500 spaces]It may"), message.c_str());
    }
    void legacyFormNotAllowed_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("byClient");
        QTest::newRow("decline") << QByteArray(R"("result":{"action":"decline"})") << true;
        QTest::newRow("deny") << QByteArray(R"("result":{"action":"accept","content":{"decision":"deny"}})") << true;
        QTest::newRow("cancel") << QByteArray(R"("result":{"action":"cancel"})") << false;
        QTest::newRow("error") << QByteArray(R"("error":{"code":-32601,"message":"no"})") << false;
        QTest::newRow("accept without content") << QByteArray(R"("result":{"action":"accept"})") << false;
        QTest::newRow("not offered") << QByteArray(R"("result":{"action":"accept","content":{"decision":"always"}})")
                                     << false;
        QTest::newRow("nonsense") << QByteArray(R"("result":[])") << false;
    }
    void legacyFormNotAllowed() {
        QFETCH(QByteArray, answer);
        QFETCH(bool, byClient);
        Wire wire;
        wire.initialize("2025-11-25", {{"elicitation", {{"form", Json::object()}, {"url", Json::object()}}}});
        wire.call(1, "shell", {{"command", "git push"}});
        wire.run().ask(wire.approvals, {});
        QTRY_VERIFY(wire.sent("elicitation/create"));
        wire.connection.receive(R"({"jsonrpc":"2.0","id":)" + (*wire.sent("elicitation/create"))["id"].dump() + "," +
                                answer.toStdString() + "}");
        QTRY_COMPARE(wire.run().decisions.size(), 1U);
        QVERIFY(wire.run().decisions[0].kind == AnswerKind::Deny);
        QVERIFY(wire.run().decisions[0].source == (byClient ? AnswerSource::Client : AnswerSource::Nobody));
    }
    void cancelledFormLeavesItToOthers() {
        Wire wire;
        wire.others = true;
        wire.initialize("2025-11-25", Wire::form());
        wire.call(1, "shell", {{"command", "git push"}});
        const ApprovalId id = wire.run().ask(wire.approvals, {});
        QTRY_VERIFY(wire.sent("elicitation/create"));
        wire.send(
            {{"jsonrpc", "2.0"}, {"id", (*wire.sent("elicitation/create"))["id"]}, {"result", {{"action", "cancel"}}}});
        QVERIFY(wire.approvals.find(id) != nullptr);
        const Answer answer{id, wire.approvals.find(id)->contentHash, AnswerKind::AllowOnce, 0, ""};
        QVERIFY(wire.approvals.answer(answer, AnswerSource::CommandLine, "pid 1").has_value());
        QTRY_COMPARE(wire.run().decisions.size(), 1U);
    }
    void settledElsewhereWithdrawsTheForm() {
        Wire wire;
        wire.initialize("2025-11-25", Wire::form());
        wire.call(1, "shell", {{"command", "git push"}});
        const ApprovalId id = wire.run().ask(wire.approvals, {});
        QTRY_VERIFY(wire.sent("elicitation/create"));
        const Json form = *wire.sent("elicitation/create");
        const Answer answer{id, wire.approvals.find(id)->contentHash, AnswerKind::Deny, 0, "no"};
        QVERIFY(wire.approvals.answer(answer, AnswerSource::CommandLine, "pid 1").has_value());
        QTRY_VERIFY(wire.sent("notifications/cancelled"));
        QVERIFY((*wire.sent("notifications/cancelled"))["params"]["requestId"] == form["id"]);
        wire.send({{"jsonrpc", "2.0"}, {"id", form["id"]}, {"result", Wire::accept()}}); // late: ignored
        QCOMPARE(wire.run().decisions.size(), 1U);
    }
    void clientMayOnlyDeny_data() {
        QTest::addColumn<bool>("equalsNoSandbox");
        QTest::addColumn<bool>("desktop");
        QTest::addColumn<ApprovalKind>("kind");
        QTest::newRow("equals no sandbox") << true << false << ApprovalKind::Exec;
        QTest::newRow("a desktop is connected") << false << true << ApprovalKind::Exec;
        QTest::newRow("only the repository's rules ask") << false << false << ApprovalKind::Exec;
        QTest::newRow("it gives more folders") << false << false << ApprovalKind::WiderSandbox;
    }
    void clientMayOnlyDeny() {
        QFETCH(bool, equalsNoSandbox);
        QFETCH(bool, desktop);
        QFETCH(ApprovalKind, kind);
        Wire wire;
        wire.clientMayAllow = !desktop;
        wire.initialize("2025-11-25", Wire::form());
        wire.call(1, "shell", {{"command", "git push"}});
        Approval approval;
        approval.equalsNoSandbox = equalsNoSandbox;
        approval.kind = kind;
        if (kind == ApprovalKind::WiderSandbox)
            approval.extraWritableRoots = {"/home/me/projects"};
        else if (!equalsNoSandbox && !desktop)
            approval.judgement.trace = {{Layer::Project, "/p/a.rules", 1, RuleDecision::Prompt, {"cp"}, {}, true, {}}};
        wire.run().ask(wire.approvals, approval);
        QTRY_VERIFY(wire.sent("elicitation/create"));
        const Json form = *wire.sent("elicitation/create");
        if (!wire.run().openApprovals().empty() && equalsNoSandbox)
            QVERIFY(wire.approvals.find(wire.run().openApprovals()[0]) != nullptr);
        QCOMPARE(form["params"]["requestedSchema"]["properties"]["decision"]["enum"][0].get<std::string>(),
                 std::string("deny"));
        wire.send({{"jsonrpc", "2.0"}, {"id", form["id"]}, {"result", Wire::accept()}});
        QTRY_COMPARE(wire.run().decisions.size(), 1U);
        QVERIFY(!wire.run().decisions[0].allows());
    }
    void nobodyToAskGivesAHandle() {
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "shell", {{"command", "git push"}});
        wire.run().ask(wire.approvals, {});
        QTRY_VERIFY(wire.answerTo(1));
        QVERIFY(!wire.sent("elicitation/create"));
        QCOMPARE(wire.structured(1)["status"].get<std::string>(), std::string("waiting for approval"));
        QVERIFY(wire.structured(1)["next"].get<std::string>().contains("exeat approvals"));
        QVERIFY(wire.runs.parked["run-0"]);
        wire.call(2, "shell_wait", {{"run", "run-0"}, {"yield_ms", 250}}); // waits, does not spin
        QTest::qWait(150);
        QVERIFY(!wire.answerTo(2));
        QTRY_VERIFY(wire.answerTo(2));
        wire.call(3, "shell_wait", {{"run", "run-0"}});
        wire.run().finish(RunEnd::Exited, success);
        QTRY_VERIFY(wire.answerTo(3));
        QCOMPARE(wire.structured(3)["status"].get<std::string>(), std::string("finished"));
    }
    void modernRoundTrip() {
        Wire wire;
        const Json arguments{{"command", "git push"}};
        wire.modernCall(1, "shell", arguments);
        const ApprovalId first = wire.run().ask(wire.approvals, {});
        const ApprovalId second = wire.run().ask(wire.approvals, {});
        QTRY_VERIFY(wire.answerTo(1));
        const Json result = (*wire.answerTo(1))["result"];
        QCOMPARE(result["resultType"].get<std::string>(), std::string("input_required"));
        QCOMPARE(result["inputRequests"].size(), 2U);
        QVERIFY(!result.contains("ttlMs") && wire.runs.parked["run-0"]);
        const std::string key = "approval-" + std::to_string(first.value);
        QCOMPARE(result["inputRequests"][key]["method"].get<std::string>(), std::string("elicitation/create"));
        wire.modernCall(
            2, "shell", arguments,
            {{"requestState", result["requestState"]}, {"inputResponses", {{key, Wire::accept()}, {"other", 1}}}});
        QTRY_COMPARE(wire.run().decisions.size(), 1U);
        QTRY_VERIFY(wire.answerTo(2)); // the missing one is asked again
        const Json again = (*wire.answerTo(2))["result"];
        QVERIFY(again["inputRequests"].contains("approval-" + std::to_string(second.value)));
        QVERIFY(again["inputRequests"].size() == 1 && again["requestState"] != result["requestState"]);
        const Json answers{{"approval-" + std::to_string(second.value), {{"action", "decline"}}}};
        for (const int id : {3, 4}) // twice: both get the outcome, nothing runs again
            wire.modernCall(id, "shell", arguments,
                            {{"requestState", again["requestState"]}, {"inputResponses", answers}});
        QTRY_COMPARE(wire.run().decisions.size(), 2U);
        QVERIFY(wire.run().decisions[0].allows() && !wire.run().decisions[1].allows());
        wire.run().finish(RunEnd::Exited, success);
        QTRY_VERIFY(wire.answerTo(3) && wire.answerTo(4));
        QCOMPARE(wire.structured(3)["status"].get<std::string>(), std::string("finished"));
        QCOMPARE(wire.runs.runs.size(), 1U);
    }
    void modernStateRefused() {
        Wire wire;
        wire.modernCall(1, "shell", {{"command", "git push"}});
        wire.run().ask(wire.approvals, {});
        QTRY_VERIFY(wire.answerTo(1));
        const auto state = (*wire.answerTo(1))["result"]["requestState"].get<std::string>();
        wire.modernCall(2, "shell", {{"command", "git push"}}, {{"requestState", state + "-TAMPERED"}});
        wire.modernCall(3, "shell", {{"command", "rm -rf /"}}, {{"requestState", state}});
        wire.modernCall(4, "shell", {{"command", "git push"}}, {{"requestState", 5}});
        wire.modernCall(5, "shell", {{"command", "git push"}}, {{"requestState", state}, {"inputResponses", 5}});
        for (const int id : {2, 3, 4, 5})
            QCOMPARE(wire.errorCode(id), -32602);
        QCOMPARE(wire.runs.runs.size(), 1U);
        QVERIFY(wire.run().decisions.empty());
    }
    void refusedAnswerIsNotAskedAgain_data() {
        QTest::addColumn<bool>("others");
        QTest::newRow("nobody else to ask") << false;
        QTest::newRow("others may still answer") << true;
    }
    void refusedAnswerIsNotAskedAgain() {
        QFETCH(bool, others);
        Wire wire;
        wire.others = others;
        const Json arguments{{"command", "git push"}, {"yield_ms", 300}};
        wire.modernCall(1, "shell", arguments);
        const ApprovalId id = wire.run().ask(wire.approvals, {});
        QTRY_VERIFY(wire.answerTo(1));
        // An accept of something else than what is asked now.
        const std::string stale =
            wire.sealer.seal({wire.run().id(), 1, {{id, "stale"}}}, {{"session"}, digestOfCall("shell", arguments)},
                             RequestStateSealer::Clock::now() + limits::parkedRun);
        const Json accepted{{"approval-" + std::to_string(id.value), Wire::accept()}};
        wire.modernCall(2, "shell", arguments, {{"requestState", stale}, {"inputResponses", accepted}});
        QCOMPARE(wire.approvals.find(id) != nullptr, others);
        if (!others) {
            const Decision& decision = wire.run().decisions.at(0);
            QVERIFY(decision.source == AnswerSource::Nobody && !decision.allows());
            QVERIFY(decision.message.contains("answer was refused (the answer is not to what is asked now"));
            return;
        }
        QTRY_VERIFY(wire.answerTo(2));
        QCOMPARE((*wire.answerTo(2))["result"]["resultType"].get<std::string>(), std::string("complete"));
        QCOMPARE(wire.structured(2)["status"].get<std::string>(), std::string("waiting for approval"));
    }
    void modernStopsAskingInTime() {
        Wire wire;
        const Json arguments{{"command", "many"}};
        wire.modernCall(1, "shell", arguments);
        int rounds = 0;
        Json more = Json::object();
        for (int id = 1; id < 20; ++id) {
            const ApprovalId approval = wire.run().ask(wire.approvals, {});
            QTRY_VERIFY(wire.answerTo(id));
            const Json result = (*wire.answerTo(id))["result"];
            if (result["resultType"] == "complete") {
                QCOMPARE(wire.structured(id)["status"].get<std::string>(), std::string("waiting for approval"));
                break;
            }
            ++rounds;
            more = {{"requestState", result["requestState"]},
                    {"inputResponses", {{"approval-" + std::to_string(approval.value), Wire::accept()}}}};
            wire.modernCall(id + 1, "shell", arguments, more);
            QTRY_VERIFY(wire.run().openApprovals().empty());
        }
        QCOMPARE(rounds, limits::approvalRounds);
    }
    void modernWithoutFormsGetsAHandle() {
        Wire wire;
        wire.modernCall(1, "shell", {{"command", "git push"}}, Json::object(), Json::object());
        wire.run().ask(wire.approvals, {});
        QTRY_VERIFY(wire.answerTo(1));
        QCOMPARE((*wire.answerTo(1))["result"]["resultType"].get<std::string>(), std::string("complete"));
        QCOMPARE(wire.structured(1)["status"].get<std::string>(), std::string("waiting for approval"));
    }
};

QTEST_GUILESS_MAIN(TestMcpApprovals)
#include "tst_mcpapprovals.moc"
