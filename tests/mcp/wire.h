#pragma once

#include "service/mcp/mcpconnection.h"
#include "tests/mcp/doubles.h"

#include <QTest>

namespace exeat::test {

using namespace exeat::mcp;

/** One connection with everything it needs, and the lines it sent. */
struct Wire {
    FakeSessions sessions;
    FakeRunManager runs;
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
    FakeRun& run(std::size_t index = 0) { return *runs.runs.at(index); }
};

inline constexpr ExitStatus success{0, 0};

} // namespace exeat::test
