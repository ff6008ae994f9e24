#include "service/run/sessionruns.h"

#include "service/run/ceilingfacts.h"
#include "service/run/gatesetup.h"
#include "service/run/sandboxrequest.h"
#include "service/run/temporaryfolders.h"
#include "shared/base/limits.h"
#include "shared/base/paths.h"
#include "shared/base/text.h"
#include "shared/wire/codec.h"

#include <QDateTime>
#include <QLoggingCategory>
#include <QPointer>

#include <algorithm>
#include <filesystem>
#include <ranges>

namespace exeat {
namespace {

Q_LOGGING_CATEGORY(lcRun, "exeat.run")

/** A gate that was told to kill a run and does not say that it is dead is broken itself. */
constexpr auto killGrace = std::chrono::seconds(15);
/** Sentences about rules that one session's agent is told. */
constexpr std::size_t mostTold = 256;

} // namespace

SessionRuns::SessionRuns(std::shared_ptr<const SessionSetup> setup, RunFacilities& facilities, QObject* parent)
    : QObject(parent), m_setup(std::move(setup)), m_facilities(facilities),
      m_policy(facilities.policy, m_setup->agent.projectRoot),
      m_desk(*this, facilities.ledger, facilities.questions, facilities.policy) {
    m_recording.setSingleShot(true);
    m_recording.setInterval(std::chrono::milliseconds(1));
    connect(&m_recording, &QTimer::timeout, this, &SessionRuns::recordEnded);
    connect(&m_policy, &SessionPolicy::changed, this,
            [this](const PolicySnapshot& snapshot) { m_gate->send(wire::SetPolicy{snapshot}); });
}

SessionRuns::~SessionRuns() {
    for (RunImpl* run : m_runs | std::views::values) {
        m_desk.runEnded(run->id());
        if (const auto wider = m_wider.find(run->id()); wider != m_wider.end())
            m_facilities.questions.withdraw(ApprovalId(wider->second), "the service ends");
        run->finish(RunEnd::Lost, "the service was ended");
        run->disconnect(this);
    }
    recordEnded();
}

Result<Run*> SessionRuns::start(RunRequest request) {
    if (live() >= limits::runsPerSession)
        return fail(ErrorKind::Limit, "this session has " + std::to_string(limits::runsPerSession) +
                                          " runs already; wait for some to end");
    if (!request.timeout)
        request.timeout = m_facilities.defaultTimeout();
    if (request.environment.empty())
        request.environment = m_setup->environment;
    auto* run = new RunImpl(std::move(request), RunId{randomHandle()}, this);
    RunSummary& summary = run->summary();
    summary.run = run->id();
    summary.session = m_setup->agent.session;
    summary.agent = m_setup->agent.claimedName;
    summary.command = run->request().script;
    summary.workdir = run->request().workdir;
    summary.startedAt = now();
    m_runs.emplace(run->id(), run);
    connect(run, &RunImpl::finished, this, [this, run] { finished(*run); });
    connect(run, &RunImpl::timeIsUp, this, [this, run] { stop(*run, RunEnd::TimedOut); });
    connect(run, &RunImpl::nobodyJoined, this, [this, run] { stop(*run, RunEnd::Cancelled); });
    // From the event loop, so that the caller hears everything of its run.
    QMetaObject::invokeMethod(this, [this, id = run->id()] { prepare(id); }, Qt::QueuedConnection);
    return run;
}

RunImpl* SessionRuns::find(const RunId& id) const {
    const auto found = m_runs.find(id);
    return found == m_runs.end() ? nullptr : found->second;
}

std::size_t SessionRuns::live() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(m_runs | std::views::values, [](const RunImpl* run) { return !run->isFinished(); }));
}

void SessionRuns::setLogin(LoginFacts login) {
    m_login = std::move(login);
    std::vector<RunId> waiting;
    for (const auto& [id, run] : m_runs) {
        if (run->state() == RunState::Waiting && !m_wider.contains(id))
            waiting.push_back(id);
    }
    for (const auto& id : waiting)
        prepare(id);
}

std::unique_ptr<GateProcess> SessionRuns::releaseGate() {
    if (m_gate)
        m_gate->disconnect(this);
    m_policy.gateEnded();
    return std::move(m_gate);
}

SandboxProfile SessionRuns::profile(const std::vector<std::string>& temporaryFolders) const {
    return sandboxProfile(m_facilities.paths, m_login->value("XDG_RUNTIME_DIR"), temporaryFolders,
                          unprotectedNames(m_facilities.ceiling(), m_setup->agent.projectRoot));
}

CeilingFacts SessionRuns::ceilingFacts() const {
    return ceilingFactsOf(m_facilities.paths, *m_login, m_facilities.ceiling(), m_setup->agent.projectRoot,
                          m_setup->agent.claimedName,
                          [this](const std::string& folder) { return m_facilities.policy.knowsWritableRoot(folder); });
}

void SessionRuns::prepare(const RunId& id) {
    RunImpl* run = find(id);
    if (run == nullptr || run->state() != RunState::Waiting || !m_login)
        return;
    const CeilingFacts facts = ceilingFacts();
    const SandboxFit fit = fitSandbox(m_facilities.ceiling(), facts, run->request());
    if (fit.excess)
        askWider(*run, fit);
    else
        launch(*run, fit.granted, facts);
}

void SessionRuns::askWider(RunImpl& run, const SandboxFit& fit) {
    auto approval = widerSandboxApproval(fit, run.request(), run.id(), m_setup->agent);
    approval.shell = m_setup->bashPath;
    const QPointer<SessionRuns> self(this);
    const ApprovalId asked = m_facilities.questions.ask(approval, [self, id = run.id(), fit](const Decision& decision) {
        RunImpl* waiting = self ? self->find(id) : nullptr;
        if (waiting == nullptr)
            return;
        const auto question = self->m_wider.extract(id);
        if (!question.empty())
            waiting->questionSettled(question.mapped());
        if (waiting->state() != RunState::Waiting)
            return;
        if (decision.allows())
            self->launch(*waiting, fit.excess->wanted, self->ceilingFacts());
        else
            waiting->finish(RunEnd::Failed, refusedSandbox(fit, decision));
    });
    m_wider.emplace(run.id(), asked);
    run.questionOpened(asked);
}

void SessionRuns::launch(RunImpl& run, const SandboxGrant& grant, const CeilingFacts& facts) {
    run.setSandbox(grant);
    if (auto launched = tryLaunch(run, grant, facts); !launched) {
        qCWarning(lcRun, "run %s not started: %s", run.id().value.c_str(), launched.error().text.c_str());
        run.finish(RunEnd::Failed, launched.error().text);
    }
}

Result<void> SessionRuns::tryLaunch(RunImpl& run, const SandboxGrant& grant, const CeilingFacts& facts) {
    const RunRequest& request = run.request();
    const auto workdir = realFolder(request.workdir);
    if (!workdir)
        return fail(ErrorKind::Missing, "the working directory " + visible(request.workdir, 512) + " is not a folder");
    const SandboxGrant workspace = ruleWorkspace(m_facilities.ceiling(), facts, grant);
    for (const auto& writable : {grant, workspace}) {
        if (auto recorded = recordRoots(writable, facts); !recorded)
            return recorded;
    }
    if (auto gate = ensureGate(); !gate)
        return gate;
    m_policy.enter(*workdir);
    if (auto recorded = m_facilities.ledger.runStarted(run.summary()); !recorded)
        return fail(ErrorKind::Unavailable,
                    "not started, because it could not be written to the history: " + recorded.error().text);

    wire::StartRun start;
    start.run = run.id();
    start.script = request.script;
    start.login = request.login;
    start.workdir = request.workdir;
    start.heuristics = m_facilities.heuristics();
    const SandboxProfile protections = profile(hiddenTemporaryFolders("/tmp"));
    start.sandbox = specOf(grant, protections);
    start.workspace = specOf(workspace, protections);
    if (grant.mode != SandboxMode::FullAccess)
        start.environment = insideEnvironment(request.environment, grant.network == NetworkAccess::Off);
    else if (request.personMode)
        start.environment = request.environment;
    else
        start.environment = outsideEnvironment(*m_login, request.environment);
    auto ends = run.begin();
    if (!ends)
        return std::unexpected(ends.error());
    if (!grant.note.empty())
        run.addNotice({{}, Verdict::Inside, false, {}, grant.note, {}});
    tellWaiting(run, *workdir);
    m_gate->send(start, std::move(*ends));
    return {};
}

/** Once a session: the agent can tell its person why what the repository allows stays inside. */
void SessionRuns::tellWaiting(RunImpl& run, const std::string& workdir) {
    for (const auto& text : m_facilities.policy.waiting({m_setup->agent.projectRoot, workdir})) {
        if (m_told.size() < mostTold && m_told.insert(text).second)
            run.addNotice({{}, Verdict::Inside, false, {}, text, {}});
    }
}

Result<void> SessionRuns::recordRoots(const SandboxGrant& grant, const CeilingFacts& facts) {
    const bool known = std::ranges::all_of(
        grant.writableRoots, [this](const auto& root) { return m_facilities.policy.knowsWritableRoot(root); });
    if (grant.mode != SandboxMode::WorkspaceWrite || known)
        return {};
    // A client may narrow to any number of folders; they lie below few that it could have had.
    const auto wide = ceilingOf(m_facilities.ceiling(), facts).writableRoots;
    for (const auto& granted : grant.writableRoots) {
        const auto covering =
            std::ranges::find_if(wide, [&](const std::string& root) { return isWithin(granted, root); });
        if (auto recorded = m_facilities.policy.addWritableRoot(covering == wide.end() ? granted : *covering);
            !recorded)
            return recorded;
    }
    return {};
}

Result<void> SessionRuns::ensureGate() {
    if (m_gate)
        return {};
    const PolicySnapshot snapshot = m_policy.gateStarts();
    auto config = gateConfig(*m_setup, m_facilities.paths, *m_login, snapshot.agentWritableRoots);
    auto gate =
        config ? GateProcess::start(m_facilities.paths.programFolder + "/exeat-gate", *config, m_facilities.orphans)
               : std::unexpected(config.error());
    if (!gate) {
        m_policy.gateEnded();
        return std::unexpected(gate.error());
    }
    m_gate = std::move(*gate);
    connect(m_gate.get(), &GateProcess::received, this, &SessionRuns::handle);
    connect(m_gate.get(), &GateProcess::lost, this, &SessionRuns::gateLost);
    return {};
}

void SessionRuns::stop(RunImpl& run, RunEnd why) {
    switch (run.state()) {
    case RunState::Finished:
        return;
    case RunState::Waiting:
        if (const auto wider = m_wider.extract(run.id()); !wider.empty()) {
            run.questionSettled(wider.mapped());
            run.finish(why, {});
            m_facilities.questions.withdraw(wider.mapped(), "the call was ended before it started");
        } else {
            run.finish(why, {});
        }
        return;
    case RunState::Running:
    case RunState::Ending:
        break;
    }
    run.setPendingEnd(why);
    if (!m_gate) {
        run.finish(RunEnd::Lost, "the supervisor of this session is gone");
        return;
    }
    m_gate->send(wire::KillRun{run.id()});
    QTimer::singleShot(killGrace, &run, [this, &run] {
        if (!run.isFinished() && m_gate)
            m_gate->end();
    });
}

void SessionRuns::agentGone() {
    const auto runs = m_runs;
    for (RunImpl* run : runs | std::views::values) {
        if (run->isFinished())
            continue;
        if (run->openApprovals().empty())
            stop(*run, RunEnd::AgentGone);
        else
            run->park();
    }
}

void SessionRuns::finished(RunImpl& run) {
    m_desk.runEnded(run.id());
    run.summary().endedAt = now();
    m_ended.push_back(run.summary());
    if (!m_recording.isActive())
        m_recording.start();
    for (const RunId& old : m_finished.add(run.id(), run.heldBytes()))
        drop(old);
    QTimer::singleShot(limits::finishedRun, &run, [this, id = run.id()] { drop(id); });
    if (live() == 0)
        emit idle();
}

/** A moment after the answer, which does not wait for the disk. */
void SessionRuns::recordEnded() {
    for (const auto& summary : std::exchange(m_ended, {})) {
        if (auto recorded = m_facilities.ledger.runEnded(summary); !recorded)
            qCWarning(lcRun, "end of run %s not recorded: %s", summary.run.value.c_str(),
                      recorded.error().text.c_str());
    }
}

void SessionRuns::drop(const RunId& id) {
    m_finished.remove(id);
    const auto run = m_runs.extract(id);
    if (!run.empty())
        run.mapped()->deleteLater(); // after the answers that are queued already
}

void SessionRuns::handle(const wire::FromGate& message) {
    const auto withRun = [this](const RunId& id, auto&& act) {
        if (RunImpl* run = find(id); run != nullptr && !run->isFinished())
            act(*run);
    };
    if (const auto* refused = std::get_if<wire::RunRefused>(&message)) {
        withRun(refused->run, [&](RunImpl& run) { run.finish(RunEnd::Failed, refused->text); });
    } else if (const auto* ended = std::get_if<wire::RunEnded>(&message)) {
        m_desk.runEnded(ended->run);
        withRun(ended->run, [&](RunImpl& run) { run.ended(*ended); });
    } else if (const auto* request = std::get_if<wire::ExecRequest>(&message)) {
        const RunImpl* run = find(request->run);
        if (run == nullptr || run->isFinished())
            answer({request->run, request->exec, Verdict::Deny, "the run has ended", {}});
        else
            m_desk.handle(*request,
                          {m_setup->agent, run->request().script, m_setup->preserveProgramPaths, run->sandbox()});
    } else if (const auto* withdrawn = std::get_if<wire::ExecWithdrawn>(&message)) {
        m_desk.withdrawn(withdrawn->run, withdrawn->exec);
    } else if (const auto* batch = std::get_if<wire::ExecRecords>(&message)) {
        m_desk.decidedByGate(batch->records);
        m_facilities.ledger.execs(batch->records);
    } else if (const auto* need = std::get_if<wire::NeedDirectory>(&message)) {
        m_policy.need(need->directory);
    } else if (const auto* ready = std::get_if<wire::GateReady>(&message)) {
        if (ready->version != wire::protocolVersion)
            m_gate->end();
    }
}

void SessionRuns::gateLost(const QString& why) {
    qCWarning(lcRun, "%s", why.toUtf8().constData());
    m_policy.gateEnded();
    m_gate.release()->deleteLater(); // it is the sender
    const auto runs = m_runs;
    for (RunImpl* run : runs | std::views::values) {
        if (run->state() != RunState::Running && run->state() != RunState::Ending)
            continue;
        m_desk.runEnded(run->id());
        run->finish(RunEnd::Lost, why.toStdString() + "; everything of this run was ended. Call again.");
    }
}

void SessionRuns::answer(const wire::ExecAnswer& answer) {
    if (m_gate)
        m_gate->send(answer);
}

void SessionRuns::grant(const PrefixRule& rule, std::optional<std::chrono::seconds> life) {
    m_policy.grant(rule, life);
}

void SessionRuns::questionOpened(const RunId& run, ApprovalId id) {
    if (RunImpl* asked = find(run))
        asked->questionOpened(id);
}

void SessionRuns::questionSettled(const RunId& run, ApprovalId id) {
    if (RunImpl* asked = find(run))
        asked->questionSettled(id);
}

void SessionRuns::notice(const RunId& run, const ExecNotice& notice) {
    if (RunImpl* told = find(run))
        told->addNotice(notice);
}

std::int64_t SessionRuns::now() const {
    return QDateTime::currentMSecsSinceEpoch();
}

} // namespace exeat
