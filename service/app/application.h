#pragma once

#include "service/app/config.h"
#include "service/app/instancelock.h"
#include "service/app/loginenvironment.h"
#include "service/app/policyadapter.h"
#include "service/app/signals.h"
#include "service/app/trustadapter.h"
#include "service/control/controllistener.h"
#include "service/mcp/shimlistener.h"
#include "service/run/runmanagerimpl.h"
#include "shared/qt/runtimepaths.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace exeat {

/** Everything of exeatd, put together. The members stand in the order in which they need each other. */
class Application : public QObject {
    Q_OBJECT
public:
    /** `lock` is kept until the end. */
    static Result<std::unique_ptr<Application>> create(const RuntimePaths& paths, InstanceLock lock);
    ~Application() override;

signals:
    /** Asked to end, or nothing to do for the configured time. */
    void endAsked();

private:
    Application(RuntimePaths paths, InstanceLock lock);
    Result<void> build();
    Result<void> listen();
    RulesAccess rulesAccess();
    void startLogin();
    void wireIdleExit();
    bool isIdle() const;
    std::vector<std::string> problems();

    InstanceLock m_lock;
    RuntimePaths m_paths;
    std::unique_ptr<Signals> m_signals;
    ConfigFile m_config;
    Orphans m_orphans;
    std::unique_ptr<LoginEnvironment> m_login;
    std::unique_ptr<History> m_history;
    std::unique_ptr<HistoryLedger> m_ledger;
    std::unique_ptr<PolicyStore> m_policyStore;
    std::unique_ptr<PolicyAdapter> m_policy;
    std::unique_ptr<TrustAdapter> m_trust;
    PeerGuard m_guard;
    std::unique_ptr<SessionRegistry> m_sessions;
    std::unique_ptr<ApprovalQueue> m_approvals;
    std::unique_ptr<Questions> m_questions;
    std::unique_ptr<RunManagerImpl> m_runs;
    mcp::RequestStateSealer m_sealer;
    std::unique_ptr<ControlListener> m_control;
    std::unique_ptr<mcp::ShimListener> m_shims;
    QTimer m_idle;
    std::string m_loginProblem;
    LoginFacts m_loginFacts; ///< empty until it is known
};

} // namespace exeat
