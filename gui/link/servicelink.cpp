#include "gui/link/servicelink.h"

#include <QPointer>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace exeat {
namespace {

using namespace std::chrono_literals;

/** Between attempts, doubled each time: a service that cannot start is not started twenty times a second. */
constexpr std::chrono::milliseconds firstPause = 500ms;
constexpr std::chrono::milliseconds longestPause = 30s;

std::uint64_t requestOf(const wire::ControlReply& reply) {
    return std::visit(
        [](const auto& message) -> std::uint64_t {
            if constexpr (requires { message.request; })
                return message.request;
            else
                return 0;
        },
        reply);
}

void setRequest(wire::ControlRequest& request, std::uint64_t number) {
    std::visit(
        [number](auto& message) {
            if constexpr (requires { message.request; })
                message.request = number;
        },
        request);
}

} // namespace

struct ServiceLink::Pending {
    QPointer<QObject> context;
    Completion done;
};

ServiceLink::ServiceLink(RuntimePaths paths, QObject* parent)
    : QObject(parent), m_paths(std::move(paths)), m_pause(firstPause) {
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &ServiceLink::attempt);
}

ServiceLink::~ServiceLink() = default;

void ServiceLink::open() {
    m_retry.start(0);
}

void ServiceLink::attempt() {
    m_client = std::make_unique<ControlClient>(m_paths, wire::ClientKind::Desktop);
    connect(m_client.get(), &ControlClient::ready, this, [this] {
        m_pause = firstPause;
        setState(State::Connected);
        ask(wire::WatchApprovals{}, this, [](const auto&) {});
    });
    connect(m_client.get(), &ControlClient::received, this, &ServiceLink::receive);
    connect(m_client.get(), &ControlClient::lost, this, &ServiceLink::lose);
    m_client->open();
}

void ServiceLink::ask(wire::ControlRequest request, QObject* context, Completion done) {
    const std::uint64_t number = ++m_lastRequest;
    setRequest(request, number);
    m_pending.emplace(number, Pending{context, std::move(done)});
    if (m_state == State::Connected) {
        m_client->send(request);
        return;
    }
    QTimer::singleShot(0, this, [this, number] {
        complete(number, fail(ErrorKind::Unavailable, "The Exeat service is not there. It is tried again by itself."));
    });
}

void ServiceLink::complete(std::uint64_t request, const Result<wire::ControlReply>& reply) {
    const auto found = m_pending.find(request);
    if (found == m_pending.end())
        return;
    const Pending pending = std::move(found->second);
    m_pending.erase(found);
    if (pending.context)
        pending.done(reply);
}

void ServiceLink::receive(const wire::ControlReply& reply) {
    if (const auto* added = std::get_if<wire::ApprovalAdded>(&reply)) {
        emit approvalAdded(added->approval);
    } else if (const auto* settled = std::get_if<wire::ApprovalSettled>(&reply)) {
        emit approvalSettled(settled->id, settled->decision);
    } else if (const auto* failed = std::get_if<wire::RequestFailed>(&reply)) {
        complete(failed->request, fail(failed->kind, failed->text));
    } else {
        complete(requestOf(reply), reply);
    }
}

void ServiceLink::lose(const QString& why) {
    m_client.release()->deleteLater(); // this is one of its signals
    while (!m_pending.empty())
        complete(m_pending.begin()->first, fail(ErrorKind::Unavailable, "The connection to the Exeat service ended."));
    setState(State::Gone, why);
    m_retry.start(m_pause);
    m_pause = std::min(m_pause * 2, longestPause);
}

void ServiceLink::setState(State state, const QString& problem) {
    if (m_state == state && m_problem == problem)
        return;
    m_state = state;
    m_problem = problem;
    emit stateChanged();
}

} // namespace exeat
