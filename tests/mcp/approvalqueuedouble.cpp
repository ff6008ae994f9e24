// The smallest ApprovalQueue behind its header; left out of the build as soon as the target exeat_approvals exists.
#include "service/approvals/approvalqueue.h"

namespace exeat {

ApprovalQueue::ApprovalQueue(QObject* parent) : QObject(parent) {}
ApprovalQueue::~ApprovalQueue() = default;

ApprovalId ApprovalQueue::ask(Approval approval, Completion done) {
    approval.id = {++m_last};
    approval.contentHash = "hash-" + std::to_string(m_last);
    const ApprovalId id = approval.id;
    const auto entry = m_open.emplace(id, Entry{std::move(approval), std::move(done)}).first;
    emit added(entry->second.approval);
    return id;
}

Result<void> ApprovalQueue::answer(const Answer& answer, AnswerSource source, const std::string& who) {
    const auto entry = m_open.find(answer.id);
    if (entry == m_open.end() || entry->second.approval.contentHash != answer.contentHash)
        return fail(ErrorKind::Refused, "not open");
    settle(entry, Decision{answer.kind, source, who, answer.message});
    return {};
}

void ApprovalQueue::withdraw(ApprovalId id, const std::string& why) {
    if (const auto entry = m_open.find(id); entry != m_open.end())
        settle(entry, Decision{AnswerKind::Deny, AnswerSource::Nobody, "", why});
}

const Approval* ApprovalQueue::find(ApprovalId id) const {
    const auto entry = m_open.find(id);
    return entry == m_open.end() ? nullptr : &entry->second.approval;
}

std::vector<Approval> ApprovalQueue::open() const {
    std::vector<Approval> list;
    for (const auto& [id, entry] : m_open)
        list.push_back(entry.approval);
    return list;
}

void ApprovalQueue::settle(std::map<ApprovalId, Entry>::iterator entry, Decision decision) {
    const Entry settledEntry = std::move(entry->second);
    m_open.erase(entry);
    settledEntry.done(decision);
    emit settled(settledEntry.approval.id, decision);
}

} // namespace exeat
