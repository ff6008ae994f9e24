#include "service/mcp/mcpconnection.h"
#include "shared/base/limits.h"
#include "tests/mcp/doubles.h"

#include <QTest>

using namespace exeat;
using namespace exeat::mcp;

namespace {

/** One connection with everything it needs, and the lines it sent. */
struct Wire {
    test::FakeSessions sessions;
    test::FakeRunManager runs;
    ApprovalQueue approvals;
    RequestStateSealer sealer;
    bool others = false;
    bool clientMayAllow = true;
    McpServices services{sessions,
                         runs,
                         approvals,
                         sealer,
                         [this] { return others; },
                         [this](const SessionId&) { return clientMayAllow; }};
    McpConnection connection{services, {"session"}, "/agent"};
    std::vector<Json> lines;

    Wire() {
        QObject::connect(&connection, &McpConnection::lineReady, &connection, [this](const QByteArray& line) {
            QVERIFY(!line.contains('\n'));
            lines.push_back(Json::parse(line.toStdString()));
        });
    }
    void send(const Json& message) { connection.receive(printJson(message)); }
    void request(int id, const char* method, Json params = Json::object()) {
        send({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}});
    }
    void initialize(const char* version, Json capabilities = Json::object()) {
        request(0, "initialize",
                {{"protocolVersion", version},
                 {"capabilities", std::move(capabilities)},
                 {"clientInfo", {{"name", "tester"}, {"version", "1"}}}});
        lines.clear();
    }
    void call(int id, const char* tool, Json arguments, Json more = Json::object()) {
        more["name"] = tool;
        more["arguments"] = std::move(arguments);
        request(id, "tools/call", std::move(more));
    }
    void modernCall(int id, const char* tool, Json arguments, Json more = Json::object(), Json capabilities = form()) {
        more["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2026-07-28";
        more["_meta"]["io.modelcontextprotocol/clientCapabilities"] = std::move(capabilities);
        call(id, tool, std::move(arguments), std::move(more));
    }
    static Json form() { return {{"elicitation", {{"form", Json::object()}}}}; }
    static Json accept() { return {{"action", "accept"}, {"content", {{"decision", "allow once"}}}}; }

    const Json* answerTo(int id) const {
        for (const Json& line : lines) {
            if (line.contains("id") && line["id"] == id && !line.contains("method"))
                return &line;
        }
        return nullptr;
    }
    const Json* sent(const char* method) const {
        for (const Json& line : lines) {
            if (line.contains("method") && line["method"] == method)
                return &line;
        }
        return nullptr;
    }
    int errorCode(int id) const {
        const Json* answer = answerTo(id);
        return answer != nullptr && answer->contains("error") ? (*answer)["error"]["code"].get<int>() : 0;
    }
    Json structured(int id) const { return (*answerTo(id))["result"]["structuredContent"]; }
    test::FakeRun& run(std::size_t index = 0) { return *runs.runs.at(index); }
};

constexpr ExitStatus success{0, 0};

} // namespace

class TestMcpConnection : public QObject {
    Q_OBJECT

private slots:
    void agreesOnLegacyVersions_data() {
        QTest::addColumn<QString>("asked");
        QTest::addColumn<QString>("given");
        for (const char* known : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
            QTest::newRow(known) << known << known;
        QTest::newRow("modern asked by handshake") << "2026-07-28" << "2025-11-25";
        QTest::newRow("nonsense") << "x" << "2025-11-25";
    }
    void agreesOnLegacyVersions() {
        QFETCH(QString, asked);
        QFETCH(QString, given);
        Wire wire;
        wire.request(1, "initialize", {{"protocolVersion", asked.toStdString()}});
        QCOMPARE((*wire.answerTo(1))["result"]["protocolVersion"].get<std::string>(), given.toStdString());
        wire.request(2, "tools/list");
        const Json tools = (*wire.answerTo(2))["result"]["tools"];
        QCOMPARE(tools.size(), 3U);
        QCOMPARE(tools[0].contains("annotations"), given >= QLatin1String("2025-03-26"));
        QCOMPARE(tools[0].contains("outputSchema"), given >= QLatin1String("2025-06-18"));
        QVERIFY(!(*wire.answerTo(2))["result"].contains("resultType"));
    }
    void discoversModern() {
        Wire wire;
        wire.request(1, "server/discover",
                     {{"_meta",
                       {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                        {"io.modelcontextprotocol/clientCapabilities", Json::object()},
                        {"io.modelcontextprotocol/clientInfo", {{"name", "claude"}, {"version", "2"}}}}}});
        const Json result = (*wire.answerTo(1))["result"];
        QCOMPARE(result["resultType"].get<std::string>(), std::string("complete"));
        QVERIFY(result["supportedVersions"] == Json::array({"2026-07-28"}));
        QVERIFY(result["ttlMs"].is_number() && result["cacheScope"] == "private");
        QVERIFY(result["_meta"].contains("io.modelcontextprotocol/serverInfo"));
        QCOMPARE(wire.sessions.client, std::string("claude 2"));
    }
    void refusesByEra_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("code");
        const auto modern = [](const char* method, const char* version, const char* capabilities) -> QByteArray {
            return QByteArray(R"({"jsonrpc":"2.0","id":5,"method":")") + method +
                   "\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":" + version +
                   (*capabilities != '\0'
                        ? QByteArray(R"(,"io.modelcontextprotocol/clientCapabilities":)") + capabilities
                        : QByteArray()) +
                   "}}}";
        };
        QTest::newRow("initialize with modern meta") << modern("initialize", R"("2026-07-28")", "{}") << -32601;
        QTest::newRow("ping is removed") << modern("ping", R"("2026-07-28")", "{}") << -32601;
        QTest::newRow("prompts") << modern("prompts/list", R"("2026-07-28")", "{}") << -32601;
        QTest::newRow("no capabilities") << modern("tools/list", R"("2026-07-28")", "") << -32602;
        QTest::newRow("capabilities no object") << modern("tools/list", R"("2026-07-28")", "[]") << -32602;
        QTest::newRow("version no string") << modern("tools/list", "7", "{}") << -32602;
        QTest::newRow("unknown version") << modern("tools/list", R"("2099-01-01")", "{}") << -32022;
        QTest::newRow("discover without meta")
            << QByteArray(R"({"jsonrpc":"2.0","id":5,"method":"server/discover"})") << -32602;
        QTest::newRow("nothing agreed") << QByteArray(R"({"jsonrpc":"2.0","id":5,"method":"tools/list"})") << -32600;
        QTest::newRow("cursor") << modern("tools/list", R"("2026-07-28")", R"({}},"cursor":"x","y":{"z":1)") << -32602;
    }
    void refusesByEra() {
        QFETCH(QByteArray, line);
        QFETCH(int, code);
        Wire wire;
        wire.connection.receive(line.toStdString());
        QCOMPARE(wire.errorCode(5), code);
        if (code == -32022)
            QVERIFY((*wire.answerTo(5))["error"]["data"]["supported"] == Json::array({"2026-07-28"}));
    }
    void bothErasOnOneConnection() {
        Wire wire;
        wire.initialize("2025-06-18");
        wire.modernCall(1, "shell", {{"command", "a"}});
        wire.call(2, "shell", {{"command", "b"}});
        wire.run(0).finish(RunEnd::Exited, success);
        wire.run(1).finish(RunEnd::Exited, success);
        QTRY_VERIFY(wire.answerTo(1) && wire.answerTo(2));
        QVERIFY((*wire.answerTo(1))["result"].contains("resultType"));
        QVERIFY(!(*wire.answerTo(2))["result"].contains("resultType"));
    }
    void arraysOnlyWhereAgreed() {
        const Json both = Json::array({{{"jsonrpc", "2.0"}, {"id", 1}, {"method", "ping"}},
                                       {{"jsonrpc", "2.0"}, {"id", 2}, {"method", "nothing"}}});
        Wire old;
        old.initialize("2025-03-26");
        old.send(both);
        QCOMPARE(old.lines.size(), 1U);
        QCOMPARE(old.lines[0].size(), 2U);
        Wire newer;
        newer.initialize("2025-06-18");
        newer.send(both);
        QCOMPARE(newer.lines.size(), 1U);
        QCOMPARE(newer.lines[0]["error"]["code"].get<int>(), -32600);
    }
    void givesThePeersObject() {
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "shell", {{"command", "x"}, {"workdir", "sub/../dir"}, {"timeout_ms", 5000}});
        const RunRequest& request = wire.run().request();
        QCOMPARE(request.workdir, std::string("/agent/dir"));
        QVERIFY(!request.login && request.timeout == std::chrono::milliseconds(5000));
        wire.run().print("hi\xff\n");
        wire.run().m_result.durationNanoseconds = 1'500'000'000;
        wire.run().m_result.notices = {{{1}, Verdict::Deny, false, {"hostname"}, "forbidden here", "uname -n"}};
        wire.run().finish(RunEnd::Exited, {0, 15});
        QTRY_VERIFY(wire.answerTo(1));
        const Json text = Json::parse((*wire.answerTo(1))["result"]["content"][0]["text"].get<std::string>());
        QVERIFY((text == Json{{"exit_code", 143},
                              {"output", "hi\xef\xbf\xbd\n"},
                              {"duration", {{"secs", 1}, {"nanos", 500'000'000}}},
                              {"timed_out", false}}));
        QCOMPARE((*wire.answerTo(1))["result"]["isError"].get<bool>(), false);
        QCOMPARE(wire.structured(1)["signal"].get<int>(), 15);
        QCOMPARE(wire.structured(1)["execs"][0]["alternative"].get<std::string>(), std::string("uname -n"));
    }
    void timeOutKeepsItsOutput() {
        Wire wire;
        wire.initialize("2024-11-05");
        wire.call(1, "shell", {{"command", "x"}});
        wire.run().print("half");
        wire.run().finish(RunEnd::TimedOut, {0, 9});
        QTRY_VERIFY(wire.answerTo(1));
        const Json result = (*wire.answerTo(1))["result"];
        const Json text = Json::parse(result["content"][0]["text"].get<std::string>());
        QVERIFY(text["timed_out"] == true && text["output"] == "half" && text["exit_code"] == 137);
        QVERIFY(!result.contains("structuredContent"));
    }
    void hugeOutputStillFitsAFrame() {
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "shell", {{"command", "x"}});
        wire.run().print(QByteArray(limits::outputBytes, '\x01'));
        wire.run().finish(RunEnd::Exited, success);
        QTRY_VERIFY(wire.answerTo(1));
        const auto size = printJson(*wire.answerTo(1)).size();
        QVERIFY2(size < limits::frameBytes && size > 500'000, std::to_string(size).c_str());
        QVERIFY(wire.structured(1)["output"].get<std::string>().contains("left out"));
    }
    void badArgumentsAreWordsForTheModel_data() {
        QTest::addColumn<QByteArray>("arguments");
        QTest::addColumn<QString>("names");
        QTest::newRow("no command") << QByteArray("{}") << "command";
        QTest::newRow("list") << QByteArray(R"({"command":["ls"]})") << "command";
        QTest::newRow("zero time") << QByteArray(R"({"command":"a","timeout_ms":0})") << "timeout_ms";
        QTest::newRow("negative time") << QByteArray(R"({"command":"a","timeout_ms":-1})") << "timeout_ms";
        QTest::newRow("half a millisecond") << QByteArray(R"({"command":"a","timeout_ms":0.5})") << "timeout_ms";
        QTest::newRow("login") << QByteArray(R"({"command":"a","login":"yes"})") << "login";
        QTest::newRow("permission") << QByteArray(R"({"command":"a","sandbox_permissions":"all"})")
                                    << "sandbox_permissions";
        QTest::newRow("NUL") << QByteArray(R"({"command":"a\u0000b"})") << "command";
        QTest::newRow("workdir") << QByteArray(R"({"command":"a","workdir":7})") << "workdir";
        QTest::newRow("yield") << QByteArray(R"({"command":"a","yield_ms":1e300})") << "yield_ms";
    }
    void badArgumentsAreWordsForTheModel() {
        QFETCH(QByteArray, arguments);
        QFETCH(QString, names);
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "shell", Json::parse(arguments.toStdString()));
        const Json result = (*wire.answerTo(1))["result"];
        QVERIFY(result["isError"] == true);
        QVERIFY(result["content"][0]["text"].get<std::string>().contains(names.toStdString()));
        QVERIFY(wire.runs.runs.empty());
    }
    void protocolErrors() {
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "nothing", Json::object());
        wire.request(2, "tools/call", {{"arguments", Json::object()}});
        wire.call(3, "shell", Json::array());
        for (const int id : {1, 2, 3})
            QCOMPARE(wire.errorCode(id), -32602);
        wire.call(4, "shell_wait", {{"run", "none"}});
        QVERIFY((*wire.answerTo(4))["result"]["isError"] == true);
        wire.runs.refuse = true;
        wire.call(5, "shell", {{"command", "a"}});
        QVERIFY((*wire.answerTo(5))["result"]["isError"] == true);
    }
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
        QTest::newRow("equals no sandbox") << true;
        QTest::newRow("a desktop is connected") << false;
    }
    void clientMayOnlyDeny() {
        QFETCH(bool, equalsNoSandbox);
        Wire wire;
        wire.clientMayAllow = equalsNoSandbox;
        wire.initialize("2025-11-25", Wire::form());
        wire.call(1, "shell", {{"command", "git push"}});
        Approval approval;
        approval.equalsNoSandbox = equalsNoSandbox;
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
    void yieldGivesAHandleAndStopEnds() {
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "shell", {{"command", "sleep 9"}, {"yield_ms", 0}});
        QTRY_VERIFY(wire.answerTo(1));
        QCOMPARE(wire.structured(1)["status"].get<std::string>(), std::string("running"));
        wire.call(2, "shell_stop", {{"run", "run-0"}});
        QTRY_VERIFY(wire.answerTo(2));
        QCOMPARE(wire.structured(2)["end"].get<std::string>(), std::string("stopped"));
    }
    void cancelStopsOrParks() {
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "shell", {{"command", "sleep 9"}});
        wire.send({{"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}, {"params", {{"requestId", 1}}}});
        QVERIFY(wire.runs.stopped.at("run-0") == RunEnd::Cancelled);
        wire.others = true;
        wire.call(2, "shell", {{"command", "git push"}});
        wire.run(1).ask(wire.approvals, {});
        wire.send({{"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}, {"params", {{"requestId", 2}}}});
        QVERIFY(wire.runs.parked["run-1"] && !wire.runs.stopped.contains("run-1"));
        wire.call(3, "shell_wait", {{"run", "run-1"}});
        wire.send({{"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}, {"params", {{"requestId", 3}}}});
        QVERIFY(!wire.runs.stopped.contains("run-1"));
        QTest::qWait(50);
        QVERIFY(wire.lines.empty()); // cancelled requests get no answer
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
    void progressOnlyWithAToken() {
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "shell", {{"command", "a"}}, {{"_meta", {{"progressToken", "t"}}}});
        wire.call(2, "shell", {{"command", "b"}});
        for (int i = 0; i < 50; ++i) {
            wire.run(0).print("line " + QByteArray::number(i) + "\n");
            wire.run(1).print("x");
            QTest::qWait(10);
        }
        const auto sent = std::ranges::count_if(wire.lines, [](const Json& l) { return l.contains("method"); });
        QVERIFY2(sent >= 2 && sent <= 5, std::to_string(sent).c_str());
        double last = 0;
        for (const Json& line : wire.lines) {
            QVERIFY(line["params"]["progressToken"] == "t");
            QVERIFY(line["params"]["progress"].get<double>() > last);
            last = line["params"]["progress"].get<double>();
        }
        wire.run(0).finish(RunEnd::Exited, success);
        QTRY_VERIFY(wire.answerTo(1));
        QTest::qWait(300);
        QVERIFY(wire.lines.back().contains("result")); // none after the answer
    }
    void sandboxState() {
        Wire wire;
        wire.initialize("2025-06-18");
        wire.request(1, "codex/sandbox-state/update",
                     {{"sandboxPolicy", {{"type", "workspace-write"}}}, {"sandboxCwd", "/p"}});
        QVERIFY((*wire.answerTo(1))["result"] == Json::object());
        wire.request(2, "codex/sandbox-state/update", {{"sandboxPolicy", "x"}});
        QCOMPARE(wire.errorCode(2), -32602);
        wire.call(3, "shell", {{"command", "a"}});
        wire.call(
            4, "shell", {{"command", "a"}},
            {{"_meta", {{"codex/sandbox-state", {{"permissionProfile", {{"type", "new"}}}, {"sandboxCwd", "/q"}}}}}});
        QVERIFY(wire.run(0).request().clientSandbox->mode == SandboxMode::WorkspaceWrite);
        QVERIFY(wire.run(1).request().clientSandbox->mode == SandboxMode::ReadOnly);
    }
    void idsAndLoad() {
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "shell", {{"command", "a"}});
        wire.call(1, "shell", {{"command", "b"}});
        QCOMPARE(wire.errorCode(1), -32600);
        QCOMPARE(wire.runs.runs.size(), 1U);
        for (int id = 2; id <= static_cast<int>(limits::requestsPerConnection); ++id)
            wire.call(id, "shell", {{"command", "a"}});
        wire.lines.clear();
        wire.call(9999, "shell", {{"command", "one too many"}});
        QCOMPARE(wire.errorCode(9999), -32603);
        QCOMPARE(wire.runs.runs.size(), limits::requestsPerConnection);
    }
    void resumesSilently() {
        Wire wire;
        wire.connection.resumeLegacy(
            R"({"protocolVersion":"2025-06-18","capabilities":{"elicitation":{}},"clientInfo":{"name":"codex","version":"1"}})");
        QVERIFY(wire.lines.empty());
        QCOMPARE(wire.sessions.client, std::string("codex 1"));
        wire.request(1, "tools/list");
        QVERIFY(wire.answerTo(1)->contains("result"));
    }
};

QTEST_GUILESS_MAIN(TestMcpConnection)
#include "tst_mcpconnection.moc"
