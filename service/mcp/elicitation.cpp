#include "service/mcp/elicitation.h"

#include <algorithm>

namespace exeat::mcp {

Elicitations::Elicitations(McpServices& services, ClientAnswers& answers, Send send, PresenceOf presence,
                           QObject* parent)
    : QObject(parent), m_services(services), m_answers(answers), m_send(std::move(send)),
      m_presence(std::move(presence)) {
    connect(&services.approvals, &ApprovalQueue::settled, this, [this](ApprovalId id) {
        withdraw(id);
        m_answers.forget(id);
    });
}

bool Elicitations::isAsking(ApprovalId id) const {
    return std::ranges::any_of(m_asked, [&](const auto& entry) { return entry.second.approval == id; });
}

void Elicitations::ask(const Approval& approval, const CallContext& context) {
    if (isAsking(approval.id))
        return;
    const RequestId id = "exeat-" + std::to_string(++m_last);
    m_asked[id] = {approval.id, approval.run, approval.contentHash, context.client};
    m_send(
        requestMessage(id, "elicitation/create", approvalForm(approval, m_answers.reach(approval), context.revision)));
}

void Elicitations::take(const Response& response) {
    const auto found = m_asked.find(response.id);
    if (found == m_asked.end())
        return;
    const Asked asked = std::move(found->second);
    m_asked.erase(found); // before answering: settled() must not withdraw what was answered here
    m_answers.take(asked.approval, asked.contentHash, response.isError ? Json() : response.value, asked.client,
                   m_presence(asked.run));
    if (m_services.approvals.find(asked.approval) != nullptr)
        emit leftOpen(asked.approval);
}

void Elicitations::withdraw(ApprovalId id) {
    const auto found = std::ranges::find_if(m_asked, [&](const auto& entry) { return entry.second.approval == id; });
    if (found == m_asked.end())
        return;
    m_send(notificationMessage("notifications/cancelled", {{"requestId", toJson(found->first)},
                                                           {"reason", "the question was settled elsewhere"}}));
    m_asked.erase(found);
}

} // namespace exeat::mcp
