#pragma once

#include "service/session/peerguard.h"
#include "service/session/sessions.h"

#include <QSocketNotifier>

#include <functional>
#include <map>
#include <memory>

namespace exeat {

/** What a shim said of itself once; kept as long as runs need it, also after the shim's end. */
struct SessionSetup {
    AgentInfo agent;
    std::vector<std::string> environment;
    std::string bashPath; ///< empty = ours
    std::string execHelperPath;
    bool preserveProgramPaths = false;
};

/** Where sessions are written before they are used. */
class SessionLedger {
public:
    virtual ~SessionLedger() = default;
    virtual Result<void> sessionOpened(const AgentInfo& agent) = 0;
    virtual Result<void> sessionNamed(const SessionId& session, const std::string& name,
                                      const std::string& version) = 0;
    virtual Result<void> sessionClosed(const SessionId& session) = 0;
};

/** 128 random bits of getrandom(2) in hex. */
std::string randomHandle();

/**
 * Nearest ancestor of `workdir` (itself included) that holds one of `markers`; else workdir. Symbolic links are
 * followed first, so that a link does not choose another project.
 */
std::string projectRootOf(const std::string& workdir, const std::vector<std::string>& markers);

/** Sessions by the kernel's word: pid, start time, pidfd. Main thread only. */
class SessionRegistry : public Sessions {
    Q_OBJECT
public:
    SessionRegistry(SessionLedger& ledger, PeerGuard& guard, std::function<std::vector<std::string>()> projectMarkers,
                    QObject* parent = nullptr);
    ~SessionRegistry() override;

    Result<SessionId> open(pid_t shimPid, const wire::ShimHello& hello) override;
    void setClient(const SessionId& session, const std::string& name, const std::string& version) override;
    void close(const SessionId& session) override;
    std::vector<AgentInfo> agents() const override;
    const AgentInfo* find(const SessionId& session) const override;

    std::shared_ptr<const SessionSetup> setup(const SessionId& session) const;

signals:
    void closed(const exeat::SessionId& session);
    void countChanged();

private:
    struct Entry {
        std::shared_ptr<SessionSetup> setup;
        UniqueFd pidfd;
        std::unique_ptr<QSocketNotifier> ended;
    };
    SessionLedger& m_ledger;
    PeerGuard& m_guard;
    std::function<std::vector<std::string>()> m_markers;
    std::map<SessionId, Entry> m_sessions;
};

} // namespace exeat
