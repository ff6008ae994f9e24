#pragma once

#include "service/mcp/clientanswers.h"
#include "service/mcp/jsonrpc.h"

#include <QObject>

#include <functional>
#include <map>

namespace exeat::mcp {

/**
 * Legacy: `elicitation/create` as requests of ours on one connection (mcp.md §2.4). A form belongs to its question,
 * not to the call: it stays open when the call was answered with a handle, and is withdrawn
 * (`notifications/cancelled`) when the question is settled elsewhere. Main thread only.
 */
class Elicitations : public QObject {
    Q_OBJECT
public:
    using Send = std::function<void(const Json& message)>;
    /** Whether a call of this connection waits for the run. */
    using PresenceOf = std::function<CallPresence(const RunId&)>;

    Elicitations(McpServices& services, ClientAnswers& answers, Send send, PresenceOf presence,
                 QObject* parent = nullptr);

    /** Shows the question in the client unless its form is open there already. */
    void ask(const Approval& approval, const CallContext& context);
    bool isAsking(ApprovalId id) const;
    /** The client's answer; ids that are not ours (late answers) are ignored. */
    void take(const Response& response);

signals:
    /** The client's form is gone and the question is still open. */
    void leftOpen(exeat::ApprovalId id);

private:
    struct Asked {
        ApprovalId approval;
        RunId run;
        std::string contentHash;
        ClientDescription client;
    };
    void withdraw(ApprovalId id);

    McpServices& m_services;
    ClientAnswers& m_answers;
    Send m_send;
    PresenceOf m_presence;
    std::map<RequestId, Asked> m_asked;
    std::uint64_t m_last = 0;
};

} // namespace exeat::mcp
