#pragma once

#include "service/mcp/approvalform.h"
#include "service/mcp/mcpservices.h"

#include <set>

namespace exeat::mcp {

/** Whether a call is waiting for the run that is asked about. */
enum class CallPresence { Waiting, Gone };

/**
 * The client of one connection as a channel of the ApprovalQueue: carries its answers there, with the reach that an
 * agent's own client has. Remembers which questions it left open, so that they are not shown there again.
 */
class ClientAnswers {
public:
    ClientAnswers(McpServices& services, SessionId session) : m_services(services), m_session(std::move(session)) {}

    FormReach reach(const Approval& approval) const;
    /**
     * `result` of an elicitation about this question; an error of the client is passed as null. Nobody answering
     * denies only if a call waits and no other channel is connected; else the question stays open. An answer that the
     * queue refuses is nobody's: the client is not asked a second time.
     */
    void take(ApprovalId id, const std::string& contentHash, const Json& result, const ClientDescription& client,
              CallPresence presence);
    bool leftOpen(ApprovalId id) const { return m_leftOpen.contains(id); }
    void forget(ApprovalId id) { m_leftOpen.erase(id); }

private:
    void answer(ApprovalId id, const std::string& contentHash, AnswerKind kind, const std::string& who,
                const std::string& message);
    void leaveToOthers(ApprovalId id, const std::string& why);

    McpServices& m_services;
    SessionId m_session;
    std::set<ApprovalId> m_leftOpen;
};

} // namespace exeat::mcp
