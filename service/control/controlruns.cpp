#include "service/control/controlruns.h"

#include "service/control/forpeople.h"
#include "shared/base/limits.h"
#include "shared/wire/codec.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace exeat {
namespace {

Result<void> checkForm(const wire::StartControlRun& request) {
    if (request.script.size() > limits::commandBytes)
        return fail(ErrorKind::Limit, "the command is longer than " + std::to_string(limits::commandBytes) +
                                          " bytes; put it into a script file");
    if (request.script.find('\0') != std::string::npos)
        return fail(ErrorKind::Invalid, "the command holds a NUL byte, which no shell can take");
    if (!request.workdir.starts_with('/'))
        return fail(ErrorKind::Invalid, "the working directory must be an absolute path");
    return {};
}

} // namespace

ControlRuns::ControlRuns(ControlServices& services, pid_t peer, QObject* parent)
    : QObject(parent), m_services(services), m_peer(peer) {}

ControlRuns::~ControlRuns() {
    for (auto& [request, run] : std::exchange(m_runs, {})) {
        if (!run)
            continue;
        run->disconnect(this);
        m_services.runs.stop(*run, RunEnd::Cancelled);
    }
    if (m_session)
        m_services.sessions.close(m_session);
}

Result<SessionId> ControlRuns::ensureSession(const wire::StartControlRun& request) {
    if (m_session)
        return m_session;
    wire::ShimHello hello;
    hello.version = wire::protocolVersion;
    hello.workdir = request.workdir;
    hello.environment = request.environment;
    auto session = m_services.sessions.open(m_peer, hello);
    if (!session)
        return session;
    m_session = *session;
    m_services.sessions.setClient(m_session, "exeat run", EXEAT_VERSION);
    return session;
}

Result<void> ControlRuns::start(const wire::StartControlRun& request) {
    if (m_runs.contains(request.request))
        return fail(ErrorKind::Invalid, "this request number is in use");
    if (auto form = checkForm(request); !form)
        return form;
    const auto session = ensureSession(request);
    if (!session)
        return std::unexpected(session.error());
    RunRequest run;
    run.session = *session;
    run.script = request.script;
    run.workdir = request.workdir;
    run.environment = request.environment;
    run.streams = OutputStreams::Separate;
    run.personMode = request.mode;
    run.personNetwork = request.network;
    if (request.timeoutMilliseconds > 0)
        run.timeout = std::chrono::milliseconds(
            std::min<std::uint64_t>(request.timeoutMilliseconds, std::numeric_limits<std::int32_t>::max()));
    const auto started = m_services.runs.start(run);
    if (!started)
        return std::unexpected(started.error());
    follow(**started, request.request);
    return {};
}

Result<void> ControlRuns::stop(const RunId& id) {
    for (const auto& [request, run] : m_runs) {
        if (!run || run->id() != id)
            continue;
        m_services.runs.stop(*run, RunEnd::Stopped);
        return {};
    }
    return fail(ErrorKind::Missing, "this connection has no such run");
}

void ControlRuns::follow(Run& run, std::uint64_t request) {
    m_runs.emplace(request, &run);
    if (run.isFinished()) {
        finish(run, request);
        return;
    }
    connect(&run, &Run::output, this, [this, request](wire::OutputStream stream, const QByteArray& bytes) {
        emit reply(wire::RunOutput{request, stream, bytes.toStdString()});
    });
    connect(&run, &Run::approvalsChanged, this, [this, held = QPointer<Run>(&run)] {
        if (held)
            tellQuestions(*held);
    });
    tellQuestions(run);
    connect(&run, &Run::finished, this, [this, request, held = QPointer<Run>(&run)] {
        if (held)
            finish(*held, request);
    });
}

/** Whoever waits for the run is told what the run waits for. */
void ControlRuns::tellQuestions(const Run& run) {
    for (const ApprovalId id : run.openApprovals()) {
        const Approval* approval = m_services.approvals.find(id);
        if (approval != nullptr && m_told.insert(id).second)
            emit reply(wire::ApprovalAdded{forPeople(*approval)});
    }
}

void ControlRuns::finish(Run& run, std::uint64_t request) {
    run.disconnect(this);
    m_runs.erase(request);
    RunResult result = run.result();
    // They were streamed; the frame is not to carry them again.
    result.output.clear();
    result.standardOutput.clear();
    result.standardError.clear();
    emit reply(wire::RunFinished{request, std::move(result)});
}

} // namespace exeat
