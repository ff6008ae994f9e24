#include "service/run/questions.h"

#include <memory>

namespace exeat {

ApprovalId Questions::ask(const Approval& approval, Completion done) {
    // The queue never completes inside ask(), so the id is filled in before the completion reads it.
    const auto asked = std::make_shared<ApprovalId>();
    auto settle = [this, asked, run = approval.run, done = std::move(done)](const Decision& decision) {
        Decision final = decision;
        if (auto recorded = m_ledger.approvalSettled(*asked, run, decision); !recorded && decision.allows()) {
            final = Decision{};
            final.message =
                "The answer could not be written to the history, so it does not count: " + recorded.error().text;
        }
        done(final);
    };
    *asked = m_queue.ask(approval, std::move(settle));
    const Approval* open = m_queue.find(*asked);
    if (open == nullptr)
        return *asked;
    if (auto recorded = m_ledger.approvalAsked(*open); !recorded) {
        const std::string why =
            "the question could not be written to the history, so nobody can be asked: " + recorded.error().text;
        QMetaObject::invokeMethod(
            &m_queue, [&queue = m_queue, id = *asked, why] { queue.withdraw(id, why); }, Qt::QueuedConnection);
    }
    return *asked;
}

} // namespace exeat
