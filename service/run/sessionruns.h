#pragma once

#include "service/run/escalationdesk.h"
#include "service/run/finishedruns.h"
#include "service/run/gateprocess.h"
#include "service/run/runfacilities.h"
#include "service/run/runimpl.h"
#include "service/run/sessionpolicy.h"
#include "service/sandbox/ceiling.h"
#include "service/session/sessionregistry.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <set>

namespace exeat {

/** All runs of one session, its gate and what it was granted. Outlives the shim while runs live. Main thread only. */
class SessionRuns : public QObject, private DeskPorts {
    Q_OBJECT
public:
    SessionRuns(std::shared_ptr<const SessionSetup> setup, RunFacilities& facilities, QObject* parent = nullptr);
    ~SessionRuns() override;

    Result<Run*> start(RunRequest request);
    RunImpl* find(const RunId& id) const;
    void stop(RunImpl& run, RunEnd why);
    /** Runs wait until the login environment is known. */
    void setLogin(LoginFacts login);
    /** The shim is gone: ends every run but those with open questions, which are parked. */
    void agentGone();
    std::size_t live() const;
    /** No run is live, none will follow: the gate, if there is one, to be ended in order. */
    std::unique_ptr<GateProcess> releaseGate();
    /** 0 = none just now. */
    pid_t gatePid() const { return m_gate ? m_gate->pid() : 0; }

signals:
    /** The last live run has ended. */
    void idle();

private:
    // DeskPorts
    void answer(const wire::ExecAnswer& answer) override;
    void grant(const PrefixRule& rule, std::optional<std::chrono::seconds> life) override;
    void questionOpened(const RunId& run, ApprovalId id) override;
    void questionSettled(const RunId& run, ApprovalId id) override;
    void notice(const RunId& run, const ExecNotice& notice) override;
    std::int64_t now() const override;

    void prepare(const RunId& id);
    void askWider(RunImpl& run, const SandboxFit& fit);
    void launch(RunImpl& run, const SandboxGrant& grant, const CeilingFacts& facts);
    Result<void> tryLaunch(RunImpl& run, const SandboxGrant& grant, const CeilingFacts& facts);
    void tellWaiting(RunImpl& run, const std::string& workdir);
    Result<void> recordRoots(const SandboxGrant& grant, const CeilingFacts& facts);
    Result<void> ensureGate();
    void finished(RunImpl& run);
    void recordEnded();
    void drop(const RunId& id);

    void handle(const wire::FromGate& message);
    void gateLost(const QString& why);
    SandboxProfile profile(const std::vector<std::string>& temporaryFolders) const;
    CeilingFacts ceilingFacts() const;

    std::shared_ptr<const SessionSetup> m_setup;
    RunFacilities& m_facilities;
    std::optional<LoginFacts> m_login;
    std::map<RunId, RunImpl*> m_runs; ///< children of ours
    FinishedRuns m_finished;
    std::vector<RunSummary> m_ended; ///< ends that are not in the history yet
    QTimer m_recording;
    std::unique_ptr<GateProcess> m_gate;
    std::set<std::string> m_told; ///< about rules that wait for a person
    SessionPolicy m_policy;
    std::map<RunId, ApprovalId> m_wider;
    EscalationDesk m_desk; ///< last: its end withdraws questions, which reach into the members above
};

} // namespace exeat
