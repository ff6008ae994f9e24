#pragma once

#include "service/mcp/agentlink.h"
#include "service/mcp/era.h"
#include "service/mcp/tools.h"

#include <QByteArray>
#include <QObject>

#include <map>
#include <memory>
#include <optional>
#include <string_view>

namespace exeat::mcp {

class ToolCall;
struct FollowPlan;

/**
 * The protocol with one agent, without a transport: lines in by receive(), lines out by lineReady(). Serves legacy and
 * modern requests side by side (mcp.md §1.6). Every request gets exactly one answer unless it is cancelled. Main
 * thread only. The session belongs to whoever made this; destroying it leaves its runs to Sessions::close().
 */
class McpConnection : public QObject {
    Q_OBJECT
public:
    /** `workdir`: absolute, the agent's own. */
    McpConnection(McpServices& services, const SessionId& session, std::string workdir, QObject* parent = nullptr);
    ~McpConnection() override;

    /** One line without its newline. */
    void receive(std::string_view line);
    /** After the service was lost: as if `initialize` with these params had been answered. Nonsense is ignored. */
    void resumeLegacy(std::string_view initializeParams);

signals:
    void lineReady(const QByteArray& line);

private:
    /** Answers to one JSON array (2025-03-26), sent together. */
    struct Batch;
    struct Unanswered {
        ToolCall* call = nullptr; ///< null while its arguments are looked at
        std::shared_ptr<Batch> batch;
    };

    void handle(Message message, const std::shared_ptr<Batch>& batch);
    void handleRequest(const Request& request, const std::shared_ptr<Batch>& batch);
    void handleNotification(const Notification& notification);
    /** The context of a request, or why it cannot be served. */
    std::expected<CallContext, RpcError> contextOf(const Request& request);
    /** Everything but tools/call. */
    std::expected<Json, RpcError> answerNow(const Request& request, const CallContext& context);
    std::expected<Json, RpcError> initialize(const Json& params);
    std::expected<Json, RpcError> listTools(const Json& params, Revision revision) const;
    std::expected<Json, RpcError> updateSandbox(const Json& params);
    void callTool(const Request& request, const CallContext& context);
    std::expected<FollowPlan, ToolReply> planCall(const Request& request, const CallContext& context);
    void answerCall(const RequestId& id, Revision revision, ToolReply reply);
    void answer(const RequestId& id, Json message);
    void send(const Json& message);
    void introduce(const ClientDescription& client);

    AgentLink m_link;
    ClientAnswers m_answers;
    RunFollowers m_followers;
    Elicitations m_elicitations;
    std::optional<CallContext> m_legacy; ///< since an `initialize` was answered
    std::map<RequestId, Unanswered> m_unanswered;
    bool m_introduced = false;
};

} // namespace exeat::mcp
