#pragma once

#include "service/run/runmanager.h"
#include "service/run/sessionruns.h"

#include <map>
#include <memory>
#include <vector>

namespace exeat {

/** Runs of all sessions. Main thread only. */
class RunManagerImpl : public RunManager {
    Q_OBJECT
public:
    RunManagerImpl(SessionRegistry& sessions, PeerGuard& guard, RunFacilities facilities, QObject* parent = nullptr);
    ~RunManagerImpl() override;

    Result<Run*> start(const RunRequest& request) override;
    Run* find(const SessionId& session, const RunId& id) const override;
    void stop(Run& run, RunEnd why) override;
    void park(Run& run) override;
    void join(Run& run) override;
    std::size_t liveRuns() const override;

    void setLogin(const LoginFacts& login);
    std::vector<pid_t> gates() const;

signals:
    void countChanged();

private:
    RunImpl* own(const Run& run, SessionRuns** session) const;
    void sessionClosed(const SessionId& session);
    void forgetIfDone(const SessionId& session);
    void retire(std::unique_ptr<GateProcess> gate);

    SessionRegistry& m_registry;
    PeerGuard& m_guard;
    RunFacilities m_facilities;
    std::optional<LoginFacts> m_login;
    std::map<SessionId, std::unique_ptr<SessionRuns>> m_sessions;
    std::vector<std::unique_ptr<GateProcess>> m_retiring; ///< told to end
};

} // namespace exeat
