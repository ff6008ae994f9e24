#include "service/mcp/clientanswers.h"

namespace exeat::mcp {

FormReach ClientAnswers::reach(const Approval& approval) const {
    const bool mayAllow =
        whyNotByClient(approval).empty() && isShownWhole(approval) && m_services.clientMayAllow(m_session);
    return mayAllow ? FormReach::OnceOrDeny : FormReach::DenyOnly;
}

void ClientAnswers::take(ApprovalId id, const std::string& contentHash, const Json& result,
                         const ClientDescription& client, CallPresence presence) {
    const Approval* approval = m_services.approvals.find(id);
    if (approval == nullptr || approval->session != m_session)
        return; // settled elsewhere meanwhile, or never this client's business
    const std::string who = "client " + client.name + ' ' + client.version;
    switch (readFormAnswer(result, reach(*approval))) {
    case FormAnswer::AllowOnce:
        answer(id, contentHash, AnswerKind::AllowOnce, who, "");
        return;
    case FormAnswer::Deny:
        answer(id, contentHash, AnswerKind::Deny, who, "The user declined.");
        return;
    case FormAnswer::LeaveOpen:
        m_leftOpen.insert(id);
        return;
    case FormAnswer::Unanswered:
        if (presence == CallPresence::Waiting)
            leaveToOthers(id, "the client closed the question without an answer");
        return;
    }
}

void ClientAnswers::answer(ApprovalId id, const std::string& contentHash, AnswerKind kind, const std::string& who,
                           const std::string& message) {
    const Answer given{id, contentHash, kind, 0, message};
    // Not shown there again: a client that always accepts would be asked as fast as it answers.
    if (auto taken = m_services.approvals.answer(given, AnswerSource::Client, who); !taken)
        leaveToOthers(id, "the client's answer was refused (" + taken.error().text + ")");
}

void ClientAnswers::leaveToOthers(ApprovalId id, const std::string& why) {
    m_leftOpen.insert(id);
    // Withdrawn, not answered: nobody is no source of an answer, and the queue takes none from there.
    if (!m_services.otherApprovers())
        m_services.approvals.withdraw(id, "Nobody answered: " + why +
                                              ", and nothing else that could ask a person is connected. Ask the user "
                                              "to start `exeat approvals watch`, then try again.");
}

} // namespace exeat::mcp
