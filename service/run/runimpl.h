#pragma once

#include "service/run/outputbuffer.h"
#include "service/run/run.h"
#include "service/run/runclock.h"
#include "service/sandbox/ceiling.h"
#include "shared/base/uniquefd.h"
#include "shared/wire/gatemessages.h"

#include <QSocketNotifier>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace exeat {

enum class RunState { Waiting, Running, Ending, Finished };

/** The Run that exeatd drives: output, clock, questions, one end. Who starts and kills it is SessionRuns. */
class RunImpl : public Run {
    Q_OBJECT
public:
    RunImpl(RunRequest request, RunId id, QObject* parent = nullptr);
    ~RunImpl() override;

    const RunRequest& request() const override { return m_request; }
    const RunId& id() const override { return m_id; }
    bool isFinished() const override { return m_state == RunState::Finished; }
    RunResult result() const override;
    std::vector<ApprovalId> openApprovals() const override { return m_questions; }

    RunState state() const { return m_state; }
    RunSummary& summary() { return m_summary; }
    /** What is kept of it in memory, in bytes, about. */
    std::size_t heldBytes() const;
    /** Nobody waits: nobodyJoined() follows after limits::parkedRun unless join() comes. */
    void park();
    void join() { m_parked.stop(); }
    /** In the result from now on. */
    void setSandbox(const SandboxGrant& grant);
    const SandboxGrant& sandbox() const { return m_sandbox; }

    /** Makes the pipes; standard input (empty), output and error for the gate. The clock starts. */
    Result<std::vector<UniqueFd>> begin();
    void questionOpened(ApprovalId id);
    void questionSettled(ApprovalId id);
    void addNotice(ExecNotice notice);
    /** It shall end so once the gate says that nothing is alive; the first reason counts. */
    void setPendingEnd(RunEnd why);
    /** The gate's word: nothing of the run is alive but what is said. Drains the pipes; finished() follows from here.
     */
    void ended(const wire::RunEnded& gates);
    /** Ends without a gate's word. No-op once finished. */
    void finish(RunEnd end, const std::string& failure);

signals:
    void timeIsUp();
    void nobodyJoined();

private:
    struct Stream {
        wire::OutputStream stream = wire::OutputStream::Output;
        UniqueFd fd;
        std::unique_ptr<QSocketNotifier> notifier;
        OutputBuffer kept;
    };
    void readSome(Stream& stream);
    void drain(Stream& stream);
    void take(Stream& stream, std::string_view bytes);
    void note(const std::string& text, const std::string& advice);
    void rearm();
    void complete();

    RunRequest m_request;
    RunId m_id;
    RunState m_state = RunState::Waiting;
    RunSummary m_summary;
    std::string m_marks; ///< ours, for the end of the output
    RunResult m_result;
    SandboxGrant m_sandbox;
    std::optional<RunEnd> m_pendingEnd;
    OutputBuffer m_merged;
    std::vector<std::unique_ptr<Stream>> m_streams;
    RunClock m_clock;
    QTimer m_timer;
    QTimer m_parked;
    std::vector<ApprovalId> m_questions;
};

} // namespace exeat
