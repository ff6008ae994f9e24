#include "service/app/application.h"

#include "service/app/activation.h"
#include "service/run/ceilingfacts.h"

#include <QLoggingCategory>

#include <sys/prctl.h>

namespace exeat {
namespace {

Q_LOGGING_CATEGORY(lcApp, "exeat.app")

} // namespace

Result<std::unique_ptr<Application>> Application::create(const RuntimePaths& paths, InstanceLock lock) {
    std::unique_ptr<Application> application(new Application(paths, std::move(lock)));
    if (auto built = application->build(); !built)
        return std::unexpected(built.error());
    if (auto listening = application->listen(); !listening)
        return std::unexpected(listening.error());
    application->startLogin();
    application->wireIdleExit();
    return application;
}

Application::Application(RuntimePaths paths, InstanceLock lock)
    : m_lock(std::move(lock)), m_paths(std::move(paths)), m_config(m_paths.configFile, m_paths.home),
      m_guard([this] { return m_runs ? m_runs->gates() : std::vector<pid_t>{}; }) {}

Application::~Application() {
    // First nobody can ask any more, then runs and questions end, then the history is closed behind them.
    m_shims.reset();
    m_control.reset();
    m_runs.reset();
    if (m_history)
        m_history->flush();
}

Result<void> Application::build() {
    auto ending = Signals::create();
    if (!ending)
        return std::unexpected(ending.error());
    m_signals = std::move(*ending);
    connect(m_signals.get(), &Signals::endAsked, this, &Application::endAsked);
    auto history = History::open(m_paths.historyFile);
    if (!history)
        return std::unexpected(history.error());
    m_history = std::move(*history);
    m_ledger = std::make_unique<HistoryLedger>(*m_history);
    auto roots = m_history->writableRoots();
    if (!roots)
        return std::unexpected(roots.error());
    m_policyStore = PolicyStore::create(m_paths, *roots);
    m_policyStore->setProjectMarkers([this] { return m_config.current().projectRootMarkers; });
    m_policy = std::make_unique<PolicyAdapter>(*m_policyStore, *m_history, *roots);
    m_trust = std::make_unique<TrustAdapter>(*m_policyStore);
    m_sessions =
        std::make_unique<SessionRegistry>(*m_ledger, m_guard, [this] { return m_config.current().projectRootMarkers; });
    m_approvals = std::make_unique<ApprovalQueue>();
    m_questions = std::make_unique<Questions>(*m_approvals, *m_ledger);
    m_runs = std::make_unique<RunManagerImpl>(*m_sessions, m_guard,
                                              RunFacilities{*m_ledger, *m_questions, *m_policy, m_orphans, m_paths,
                                                            [this] { return m_config.current().ceiling; },
                                                            [this] { return m_config.current().shellTimeout; },
                                                            [this] { return m_config.current().heuristics; }});
    return {};
}

Result<void> Application::listen() {
    const ControlServices control{
        .sessions = *m_sessions,
        .runs = *m_runs,
        .approvals = *m_approvals,
        .history = *m_history,
        .standing = [this](pid_t pid) { return m_guard.standingOf(pid); },
        .problems = [this] { return problems(); },
        .interceptor = "wrapper",
        .programFolder = m_paths.programFolder,
        .rules = rulesAccess(),
        .trust = m_trust.get(),
    };
    const mcp::McpServices shims{
        .sessions = *m_sessions,
        .runs = *m_runs,
        .approvals = *m_approvals,
        .sealer = m_sealer,
        .otherApprovers =
            [this] { return m_control->isWatched() || m_control->desktop() == DesktopPresence::Connected; },
        .clientMayAllow =
            [this](const SessionId& session) {
                if (m_control->desktop() == DesktopPresence::Absent)
                    return true;
                const AgentInfo* agent = m_sessions->find(session);
                return agent != nullptr && m_config.current().elicitationAgents.contains(agent->claimedName);
            },
    };
    auto handed = activatedSockets();
    auto controlListener = handed.control ? ControlListener::adopt(std::move(handed.control), control)
                                          : ControlListener::create(m_paths.controlSocket, control);
    if (!controlListener)
        return std::unexpected(controlListener.error());
    m_control = std::move(*controlListener);
    auto shimListener = handed.mcp ? mcp::ShimListener::adopt(std::move(handed.mcp), shims)
                                   : mcp::ShimListener::create(m_paths.mcpSocket, shims);
    if (!shimListener)
        return std::unexpected(shimListener.error());
    m_shims = std::move(*shimListener);
    return {};
}

RulesAccess Application::rulesAccess() {
    const auto projectRoot = [this](const std::string& directory) {
        return projectRootOf(directory, m_config.current().projectRootMarkers);
    };
    RulesAccess access;
    access.picture = [this, projectRoot](const std::string& directory) {
        return m_policyStore->picture({projectRoot(directory), {directory}, {}});
    };
    access.writableRoots = [this, projectRoot](const std::string& directory) {
        const CeilingSettings& settings = m_config.current().ceiling;
        return ceilingOf(settings, ceilingFactsOf(m_paths, m_loginFacts, settings, projectRoot(directory), {},
                                                  [this](const std::string& folder) {
                                                      return m_policy->knowsWritableRoot(folder);
                                                  }))
            .writableRoots;
    };
    access.projectRoot = projectRoot;
    access.heuristics = [this] { return m_config.current().heuristics; };
    access.paths = m_paths;
    return access;
}

void Application::startLogin() {
    auto user = loginUser();
    if (!user)
        user = LoginUser{"user", m_paths.home, {}};
    m_login = std::make_unique<LoginEnvironment>(*user, limits::loginShell);
    connect(m_login.get(), &LoginEnvironment::ready, this,
            [this](const std::vector<std::string>& environment, const QString& problem) {
                m_loginProblem = problem.toStdString();
                if (!problem.isEmpty())
                    qCWarning(lcApp, "%s", m_loginProblem.c_str());
                // Not before: daemons that the profiles start shall not become ours.
                ::prctl(PR_SET_CHILD_SUBREAPER, 1);
                m_loginFacts = {environment};
                m_runs->setLogin(m_loginFacts);
            });
    m_login->start();
}

std::vector<std::string> Application::problems() {
    std::vector<std::string> all = m_config.current().problems;
    const auto rules = m_policyStore->problems();
    all.insert(all.end(), rules.begin(), rules.end());
    if (!m_loginProblem.empty())
        all.push_back("Commands outside have no variables of your profiles: " + m_loginProblem + '.');
    return all;
}

bool Application::isIdle() const {
    return m_sessions->agents().empty() && m_runs->liveRuns() == 0 && m_approvals->open().empty() &&
           !m_control->isWatched() && m_control->desktop() == DesktopPresence::Absent;
}

void Application::wireIdleExit() {
    m_idle.setSingleShot(true);
    const auto rearm = [this] {
        const auto patience = m_config.current().idleExit;
        if (patience.count() > 0)
            m_idle.start(patience);
    };
    connect(&m_idle, &QTimer::timeout, this, [this, rearm] {
        if (isIdle())
            emit endAsked();
        else
            rearm();
    });
    connect(m_sessions.get(), &SessionRegistry::countChanged, this, rearm);
    connect(m_runs.get(), &RunManagerImpl::countChanged, this, rearm);
    rearm();
}

} // namespace exeat
