#include "service/approvals/approvalqueue.h"

#include "service/approvals/riskrating.h"
#include "shared/base/limits.h"
#include "shared/wire/lastof.h"

#include <QCryptographicHash>
#include <QDateTime>

#include <algorithm>
#include <utility>

namespace exeat {
namespace {

/** Over everything a person is shown, so that an answer to something else cannot be taken for this. */
std::string contentHashOf(Approval approval) {
    approval.id = {};
    approval.contentHash.clear();
    approval.askedAt = 0;
    wire::Writer writer;
    writer.put(approval);
    const std::string bytes = writer.take();
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
    return hash.result().toHex().toStdString();
}

Decision denied(std::string why) {
    return {AnswerKind::Deny, AnswerSource::Nobody, {}, std::move(why)};
}

Result<void> checkForm(const Answer& answer) {
    if (answer.message.size() > limits::messageBytes)
        return fail(ErrorKind::Limit, "the message is longer than " + std::to_string(limits::messageBytes) + " bytes");
    const auto most = std::chrono::duration_cast<std::chrono::seconds>(limits::longestGrant).count();
    if (answer.kind == AnswerKind::AllowFor && (answer.seconds <= 0 || answer.seconds > most))
        return fail(ErrorKind::Invalid, "the time of a permission must be between one second and 24 hours");
    return {};
}

} // namespace

ApprovalQueue::ApprovalQueue(QObject* parent) : QObject(parent) {}

ApprovalQueue::~ApprovalQueue() {
    finishRefused();
    while (!m_open.empty()) {
        auto node = m_open.extract(m_open.begin());
        node.mapped().done(denied("the service ended before anybody answered; try again"));
    }
}

ApprovalId ApprovalQueue::ask(Approval approval, Completion done) {
    const ApprovalId id{++m_last};
    const auto ofSession = std::ranges::count_if(
        m_open, [&](const auto& entry) { return entry.second.approval.session == approval.session; });
    if (m_open.size() >= limits::pendingApprovals ||
        static_cast<std::size_t>(ofSession) >= limits::pendingApprovalsPerSession) {
        refuseLater(std::move(done));
        return id;
    }
    rateRisk(approval);
    approval.id = id;
    approval.askedAt = QDateTime::currentMSecsSinceEpoch();
    approval.contentHash = contentHashOf(approval);
    const auto entry = m_open.emplace(id, Entry{std::move(approval), std::move(done)}).first;
    // A copy: a listener may answer at once, and the entry would be gone under the next listener.
    const Approval shown = entry->second.approval;
    QMetaObject::invokeMethod(
        this,
        [this, shown] {
            if (m_open.contains(shown.id))
                emit added(shown);
        },
        Qt::QueuedConnection);
    return id;
}

Result<void> ApprovalQueue::answer(const Answer& answer, AnswerSource source, const std::string& who) {
    const auto entry = m_open.find(answer.id);
    if (entry == m_open.end())
        return fail(ErrorKind::Unavailable, "question " + std::to_string(answer.id.value) +
                                                " is not open (any more); somebody answered it, or its run ended");
    if (answer.contentHash.empty() || answer.contentHash != entry->second.approval.contentHash)
        return fail(ErrorKind::Refused, "the answer is not to what is asked now; look at the question again");
    if (auto form = checkForm(answer); !form)
        return form;
    if (source == AnswerSource::Nobody)
        return fail(ErrorKind::Refused, "an answer from nobody does not count");
    settle(entry, {answer.kind, source, who, answer.message, answer.seconds});
    return {};
}

void ApprovalQueue::withdraw(ApprovalId id, const std::string& why) {
    if (const auto entry = m_open.find(id); entry != m_open.end())
        settle(entry, denied(why));
}

const Approval* ApprovalQueue::find(ApprovalId id) const {
    const auto entry = m_open.find(id);
    return entry == m_open.end() ? nullptr : &entry->second.approval;
}

std::vector<Approval> ApprovalQueue::open() const {
    std::vector<Approval> approvals;
    approvals.reserve(m_open.size());
    for (const auto& [id, entry] : m_open) // ids only grow, so the map's order is that of time
        approvals.push_back(entry.approval);
    return approvals;
}

void ApprovalQueue::settle(std::map<ApprovalId, Entry>::iterator entry, const Decision& decision) {
    auto node = m_open.extract(entry);
    node.mapped().done(decision);
    emit settled(node.key(), decision);
}

void ApprovalQueue::refuseLater(Completion done) {
    m_refused.push_back(std::move(done));
    if (m_refused.size() == 1)
        QMetaObject::invokeMethod(this, &ApprovalQueue::finishRefused, Qt::QueuedConnection);
}

void ApprovalQueue::finishRefused() {
    for (auto& done : std::exchange(m_refused, {}))
        done(denied("too many questions are open (at most " + std::to_string(limits::pendingApprovalsPerSession) +
                    " of one agent, " + std::to_string(limits::pendingApprovals) +
                    " of all); answer some with `exeat approvals` and try again"));
}

} // namespace exeat
