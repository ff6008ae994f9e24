#pragma once

#include "shared/base/error.h"
#include "shared/domain/agent.h"
#include "shared/domain/history.h"
#include "shared/domain/run.h"

#include <memory>
#include <string>
#include <vector>

namespace exeat {

/**
 * What ran and why, in SQLite (WAL, 0600) by QtSql. Values that look like secrets are masked before they are written.
 * Calls that return Result<void> are committed when they return: no record, no act (DESIGN.md §9). execs() queues for
 * a writer thread of its own and is on disk soon after limits::historyGather. Main thread only, but for that writer.
 */
class History {
public:
    /** Opens or makes the file and marks runs that an earlier service left open as Lost. */
    static Result<std::unique_ptr<History>> open(const std::string& file);
    ~History();

    Result<void> sessionOpened(const AgentInfo& agent);
    Result<void> sessionNamed(const SessionId& session, const std::string& claimedName,
                              const std::string& claimedVersion);
    Result<void> sessionClosed(const SessionId& session);
    Result<void> runStarted(const RunSummary& run);
    Result<void> runEnded(const RunSummary& run);
    /** An exec that is about to run outside, or a refused or asked one: before the act. */
    Result<void> execDecided(const ExecRecord& record);
    Result<void> approvalAsked(const Approval& approval);
    Result<void> approvalSettled(ApprovalId id, const RunId& run, const Decision& decision);
    /** Execs inside, and ends of escalated commands (matched by run and exec). Never blocks. */
    void execs(std::vector<ExecRecord> records);
    /** Waits until everything queued is on disk. For orderly shutdown and tests. */
    void flush();
    /** What is wrong with the history, in words for `doctor`: put aside as damaged, records lost. Empty if nothing. */
    std::vector<std::string> problems() const;

    Result<std::vector<RunSummary>> runs(std::uint32_t most);         ///< newest first
    Result<std::vector<ExecRecord>> query(const HistoryQuery& query); ///< newest first
    /** Writable roots of every session ever recorded (DESIGN.md §4.2), and adding one. */
    Result<std::vector<std::string>> writableRoots();
    Result<void> addWritableRoot(const std::string& root);

private:
    struct Private;
    explicit History(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace exeat
