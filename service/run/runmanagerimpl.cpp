#include "service/run/runmanagerimpl.h"

#include "shared/base/limits.h"

#include <QTimer>

#include <algorithm>
#include <ranges>

namespace exeat {

RunManagerImpl::RunManagerImpl(SessionRegistry& sessions, PeerGuard& guard, RunFacilities facilities, QObject* parent)
    : RunManager(parent), m_registry(sessions), m_guard(guard), m_facilities(std::move(facilities)) {
    connect(&sessions, &SessionRegistry::closed, this, &RunManagerImpl::sessionClosed);
}

RunManagerImpl::~RunManagerImpl() {
    // Each session's end ends its runs; that it is idle then must not reach into the map that holds it.
    for (const auto& runs : m_sessions | std::views::values)
        runs->disconnect(this);
}

Result<Run*> RunManagerImpl::start(const RunRequest& request) {
    auto setup = m_registry.setup(request.session);
    if (!setup)
        return fail(ErrorKind::Missing, "this session has ended; connect again");
    auto& runs = m_sessions[request.session];
    if (!runs) {
        runs = std::make_unique<SessionRuns>(std::move(setup), m_facilities);
        connect(runs.get(), &SessionRuns::idle, this, [this, session = request.session] {
            forgetIfDone(session);
            emit countChanged();
        });
        if (m_login)
            runs->setLogin(*m_login);
    }
    auto run = runs->start(request);
    emit countChanged();
    return run;
}

RunImpl* RunManagerImpl::own(const Run& run, SessionRuns** session) const {
    const auto found = m_sessions.find(run.request().session);
    if (found == m_sessions.end())
        return nullptr;
    if (session != nullptr)
        *session = found->second.get();
    return found->second->find(run.id());
}

Run* RunManagerImpl::find(const SessionId& session, const RunId& id) const {
    const auto found = m_sessions.find(session);
    return found == m_sessions.end() ? nullptr : found->second->find(id);
}

void RunManagerImpl::stop(Run& run, RunEnd why) {
    SessionRuns* session = nullptr;
    if (RunImpl* mine = own(run, &session))
        session->stop(*mine, why);
}

void RunManagerImpl::park(Run& run) {
    if (RunImpl* mine = own(run, nullptr))
        mine->park();
}

void RunManagerImpl::join(Run& run) {
    if (RunImpl* mine = own(run, nullptr))
        mine->join();
}

std::size_t RunManagerImpl::liveRuns() const {
    std::size_t live = 0;
    for (const auto& runs : m_sessions | std::views::values)
        live += runs->live();
    return live;
}

void RunManagerImpl::setLogin(const LoginFacts& login) {
    m_login = login;
    for (const auto& runs : m_sessions | std::views::values)
        runs->setLogin(login);
}

std::vector<pid_t> RunManagerImpl::gates() const {
    std::vector<pid_t> pids;
    for (const auto& runs : m_sessions | std::views::values) {
        if (const pid_t pid = runs->gatePid(); pid != 0)
            pids.push_back(pid);
    }
    return pids;
}

void RunManagerImpl::sessionClosed(const SessionId& session) {
    if (const auto found = m_sessions.find(session); found != m_sessions.end())
        found->second->agentGone();
    forgetIfDone(session);
}

void RunManagerImpl::forgetIfDone(const SessionId& session) {
    if (m_registry.find(session) != nullptr)
        return;
    const auto found = m_sessions.find(session);
    if (found != m_sessions.end()) {
        if (found->second->live() != 0)
            return;
        retire(found->second->releaseGate());
        found->second.release()->deleteLater(); // its run may be the sender of the signal that brought us here
        m_sessions.erase(found);
    }
    m_guard.forget(session);
}

void RunManagerImpl::retire(std::unique_ptr<GateProcess> gate) {
    if (!gate)
        return;
    GateProcess* const raw = gate.get();
    m_retiring.push_back(std::move(gate));
    connect(raw, &GateProcess::lost, this, [this, raw] {
        const auto mine = std::ranges::find_if(m_retiring, [raw](const auto& kept) { return kept.get() == raw; });
        mine->release()->deleteLater(); // it is the sender
        m_retiring.erase(mine);
    });
    QTimer::singleShot(limits::treeEnd, raw, [raw] { raw->end(); });
    raw->finish();
}

} // namespace exeat
