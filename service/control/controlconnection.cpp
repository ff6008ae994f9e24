#include "service/control/controlconnection.h"

#include "service/approvals/answerguard.h"
#include "service/control/forpeople.h"
#include "shared/base/limits.h"
#include "shared/wire/codec.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace exeat {
namespace {

std::uint64_t numberOf(const wire::ControlRequest& message) {
    return std::visit(
        [](const auto& m) -> std::uint64_t {
            if constexpr (requires { m.request; })
                return m.request;
            else
                return 0;
        },
        message);
}

/** As many of the first items as fit one frame, with room for the rest of the message. */
template<class T>
std::vector<T> fitting(const std::vector<T>& items) {
    std::vector<T> kept;
    std::size_t used = 0;
    for (const T& item : items) {
        wire::Writer writer;
        writer.put(item);
        used += writer.take().size();
        if (used > limits::frameBytes - 4096)
            break;
        kept.push_back(item);
    }
    return kept;
}

/** All that fit one frame, the large ones left out first: nobody's long command hides another agent's question. */
std::vector<Approval> smallestFitting(std::vector<Approval> approvals) {
    std::vector<std::pair<std::size_t, ApprovalId>> sizes;
    for (const Approval& approval : approvals) {
        wire::Writer writer;
        writer.put(approval);
        sizes.emplace_back(writer.take().size(), approval.id);
    }
    std::ranges::sort(sizes);
    std::set<ApprovalId> leftOut;
    std::size_t used = 0;
    for (const auto& [size, id] : sizes) {
        used += size;
        if (used > limits::frameBytes - 4096)
            leftOut.insert(id);
    }
    std::erase_if(approvals, [&](const Approval& approval) { return leftOut.contains(approval.id); });
    return approvals;
}

AnswerSource sourceOf(wire::ClientKind kind) {
    switch (kind) {
    case wire::ClientKind::CommandLine:
        return AnswerSource::CommandLine;
    case wire::ClientKind::Desktop:
        return AnswerSource::Desktop;
    }
    return AnswerSource::Nobody;
}

} // namespace

ControlConnection::ControlConnection(QLocalSocket* socket, PeerIdentity peer, ControlServices& services,
                                     std::function<DesktopPresence()> desktop, QObject* parent)
    : QObject(parent), m_socket(socket), m_peer(std::move(peer)), m_services(services), m_desktop(std::move(desktop)),
      m_runs(services, m_peer.pid(), nullptr),
      m_trust(services.trust, {[this] { return answerContext(); }, [this] { return m_peer.describe(); }}),
      m_rules(services.rules) {
    connect(&m_socket, &FrameSocket::received, this, &ControlConnection::receive);
    connect(&m_socket, &FrameSocket::closed, this, &ControlConnection::closed);
    connect(&m_runs, &ControlRuns::reply, this, &ControlConnection::reply);
    connect(&m_rules, &ControlRules::reply, this, &ControlConnection::reply);
    m_handshake.setSingleShot(true);
    connect(&m_handshake, &QTimer::timeout, this,
            [this] { m_socket.drop(QStringLiteral("the other side never said hello")); });
    m_handshake.start(limits::handshake);
}

void ControlConnection::receive(const QByteArray& payload) {
    const auto message = wire::decodeControlRequest({payload.constData(), static_cast<std::size_t>(payload.size())});
    if (!message) {
        m_socket.drop(QString::fromStdString(message.error().text));
        return;
    }
    const std::uint64_t number = numberOf(*message);
    const bool isHello = std::holds_alternative<wire::ControlHello>(*message);
    if (isHello == m_greeted) {
        m_socket.drop(QStringLiteral("hello must come once, and first"));
        return;
    }
    if (mayAsk(*message, number))
        std::visit([this](const auto& m) { handle(m); }, *message);
}

bool ControlConnection::mayAsk(const wire::ControlRequest& message, std::uint64_t request) {
    if (std::holds_alternative<wire::ControlHello>(message) || std::holds_alternative<wire::AskStatus>(message))
        return true;
    if (standing() != PeerStanding::DescendsFromRun)
        return true;
    refuse(request, {ErrorKind::Refused,
                     "this process was started by an agent's command, or has no known origin; Exeat does not take its "
                     "requests. A person uses a terminal of their own",
                     0});
    return false;
}

/** Whoever cannot be proven to be the process that connected counts as the worst. */
PeerStanding ControlConnection::standing() const {
    return m_peer.isSame() ? m_services.standing(m_peer.pid()) : PeerStanding::DescendsFromRun;
}

void ControlConnection::reply(const wire::ControlReply& message) {
    const std::string bytes = wire::encode(message);
    if (bytes.size() > limits::frameBytes) {
        m_socket.drop(QStringLiteral("an answer was too large"));
        return;
    }
    m_socket.send(bytes);
}

void ControlConnection::refuse(std::uint64_t request, const Error& error) {
    reply(wire::RequestFailed{request, error.kind, error.text});
}

void ControlConnection::confirm(std::uint64_t request, const Result<void>& result) {
    if (result)
        reply(wire::RequestDone{request});
    else
        refuse(request, result.error());
}

void ControlConnection::handle(const wire::ControlHello& hello) {
    m_handshake.stop();
    if (hello.version != wire::protocolVersion) {
        refuse(0, {ErrorKind::Invalid,
                   "this program and the service exeatd " EXEAT_VERSION
                   " are of different versions; end exeatd (it starts again by itself) and try again",
                   0});
        m_socket.finish();
        return;
    }
    m_greeted = true;
    m_kind = hello.kind;
    // Once, here: the desktop may make itself unreadable afterwards (DESIGN.md §2).
    m_isOurDesktop = m_peer.program(m_services.programFolder) == PeerProgram::OurDesktop;
    reply(wire::ControlWelcome{wire::protocolVersion, EXEAT_VERSION});
}

void ControlConnection::handle(const wire::StartControlRun& request) {
    const bool choosesSandbox = request.mode.has_value() || request.network.has_value();
    if (choosesSandbox && standing() != PeerStanding::Free) {
        refuse(request.request, {ErrorKind::Refused,
                                 "only a person may choose the sandbox, and this process belongs to an agent; leave "
                                 "--sandbox and --network away",
                                 0});
        return;
    }
    if (choosesSandbox && m_peer.program(m_services.programFolder) == PeerProgram::Unknown) {
        refuse(request.request,
               {ErrorKind::Refused, "only Exeat's own programs may choose the sandbox; use: exeat run", 0});
        return;
    }
    if (auto started = m_runs.start(request); !started)
        refuse(request.request, started.error());
}

void ControlConnection::handle(const wire::StopControlRun& request) {
    confirm(request.request, m_runs.stop(request.run));
}

void ControlConnection::handle(const wire::ListApprovals& request) {
    std::vector<Approval> approvals;
    for (Approval& approval : m_services.approvals.open())
        approvals.push_back(forPeople(std::move(approval)));
    reply(wire::ApprovalList{request.request, smallestFitting(std::move(approvals))});
}

void ControlConnection::handle(const wire::WatchApprovals& request) {
    if (m_watching) {
        refuse(request.request, {ErrorKind::Invalid, "this connection watches already", 0});
        return;
    }
    m_watching = true;
    reply(wire::RequestDone{request.request});
    for (const Approval& approval : m_services.approvals.open())
        show(approval);
    connect(&m_services.approvals, &ApprovalQueue::added, this, &ControlConnection::show);
    connect(&m_services.approvals, &ApprovalQueue::settled, this, [this](ApprovalId id, const Decision& decision) {
        if (m_shown.erase(id) > 0)
            reply(wire::ApprovalSettled{id, decision});
    });
}

void ControlConnection::show(const Approval& approval) {
    if (m_shown.insert(approval.id).second)
        reply(wire::ApprovalAdded{forPeople(approval)});
}

void ControlConnection::handle(const wire::AnswerApproval& request) {
    const Approval* approval = m_services.approvals.find(request.answer.id);
    if (approval == nullptr) {
        refuse(request.request, {ErrorKind::Unavailable,
                                 "question " + std::to_string(request.answer.id.value) +
                                     " is not open (any more); somebody answered it, or its run ended",
                                 0});
        return;
    }
    const AnswerContext context = answerContext();
    if (auto allowed = mayAnswer(context, request.answer, *approval); !allowed) {
        refuse(request.request, allowed.error());
        return;
    }
    confirm(request.request, m_services.approvals.answer(request.answer, context.source, m_peer.describe()));
}

AnswerContext ControlConnection::answerContext() const {
    AnswerContext context;
    context.source = sourceOf(m_kind);
    context.standing = standing();
    context.terminal = m_peer.terminal();
    context.program = isDesktop() ? PeerProgram::OurDesktop : m_peer.program(m_services.programFolder);
    context.desktop = m_desktop();
    return context;
}

void ControlConnection::handle(const wire::ListRuns& request) {
    auto runs = m_services.history.runs(request.most);
    if (runs)
        reply(wire::RunList{request.request, fitting(*runs)});
    else
        refuse(request.request, runs.error());
}

void ControlConnection::handle(const wire::QueryHistory& request) {
    auto records = m_services.history.query(request.query);
    if (records)
        reply(wire::HistoryPage{request.request, fitting(*records)});
    else
        refuse(request.request, records.error());
}

void ControlConnection::handle(const wire::AskStatus& request) {
    wire::ServiceStatus status;
    status.request = request.request;
    status.program = EXEAT_VERSION;
    status.interceptor = m_services.interceptor;
    status.liveRuns = m_services.runs.liveRuns();
    status.openApprovals = m_services.approvals.open().size();
    // A run's descendants learn that the service is there, not who else is.
    if (standing() != PeerStanding::DescendsFromRun) {
        status.agents = m_services.sessions.agents();
        status.problems = m_services.problems();
        std::ranges::move(m_services.history.problems(), std::back_inserter(status.problems));
    }
    reply(status);
}

} // namespace exeat
