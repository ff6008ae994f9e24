#pragma once

#include "shared/base/error.h"
#include "shared/domain/approval.h"
#include "shared/domain/history.h"
#include "shared/domain/run.h"

#include <vector>

namespace exeat {

/** What must be on disk before the act: no record, no act (DESIGN.md §9). History behind it. Main thread only. */
class Ledger {
public:
    virtual ~Ledger() = default;
    virtual Result<void> runStarted(const RunSummary& run) = 0;
    virtual Result<void> runEnded(const RunSummary& run) = 0;
    virtual Result<void> execDecided(const ExecRecord& record) = 0;
    virtual Result<void> approvalAsked(const Approval& approval) = 0;
    virtual Result<void> approvalSettled(ApprovalId id, const RunId& run, const Decision& decision) = 0;
    virtual void execs(std::vector<ExecRecord> records) = 0;
};

} // namespace exeat
