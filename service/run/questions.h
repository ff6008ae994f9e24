#pragma once

#include "service/approvals/approvalqueue.h"
#include "service/run/ledger.h"

#include <functional>
#include <string>

namespace exeat {

/** Questions that are on disk before anybody sees an answer take effect. Borrows both; main thread only. */
class Questions {
public:
    using Completion = std::function<void(const Decision&)>;
    Questions(ApprovalQueue& queue, Ledger& ledger) : m_queue(queue), m_ledger(ledger) {}

    /** `done` exactly once, never from inside this call. An answer that cannot be recorded becomes a Deny in words. */
    ApprovalId ask(const Approval& approval, Completion done);
    void withdraw(ApprovalId id, const std::string& why) { m_queue.withdraw(id, why); }

private:
    ApprovalQueue& m_queue;
    Ledger& m_ledger;
};

} // namespace exeat
