#include "shared/base/limits.h"
#include "tests/mcp/wire.h"

#include <QTest>

using namespace exeat;
using namespace exeat::mcp;
using namespace exeat::test;

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
    void whatDidNotEndByItselfIsNoSuccess_data() {
        QTest::addColumn<int>("end");
        QTest::addColumn<int>("code");
        QTest::newRow("exited") << int(RunEnd::Exited) << 0;
        QTest::newRow("timed out") << int(RunEnd::TimedOut) << 124;
        QTest::newRow("lost") << int(RunEnd::Lost) << 125;
        QTest::newRow("not started") << int(RunEnd::Failed) << 126;
        QTest::newRow("stopped") << int(RunEnd::Stopped) << 130;
    }
    void whatDidNotEndByItselfIsNoSuccess() {
        QFETCH(int, end);
        QFETCH(int, code);
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "shell", {{"command", "x"}});
        wire.run().finish(static_cast<RunEnd>(end), {0, 0});
        QTRY_VERIFY(wire.answerTo(1));
        QCOMPARE(wire.structured(1)["exit_code"].get<int>(), code);
    }
    void lostProtectionIsAnErrorWithItsOutput() {
        Wire wire;
        wire.initialize("2025-11-25");
        wire.call(1, "shell", {{"command", "x"}});
        wire.run().print("half");
        wire.run().finish(RunEnd::Unprotected, {0, 9}, "/p/.git was moved");
        QTRY_VERIFY(wire.answerTo(1));
        const Json result = (*wire.answerTo(1))["result"];
        const Json text = Json::parse(result["content"][0]["text"].get<std::string>());
        QCOMPARE(result["isError"].get<bool>(), true);
        QVERIFY(text["failure"] == "/p/.git was moved" && text["output"] == "half" && text["exit_code"] == 137);
        QVERIFY(wire.structured(1)["end"] == "unprotected" && wire.structured(1)["failure"] == "/p/.git was moved");
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
