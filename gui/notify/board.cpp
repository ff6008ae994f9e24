#include "gui/notify/board.h"

#include "gui/link/openapprovals.h"
#include "gui/link/servicelink.h"

#include <ranges>
#include <utility>

namespace exeat {

Board::Board(const Buses& buses, ServiceLink& link, const OpenApprovals& approvals, const NotifySettings& settings,
             QObject* parent)
    : QObject(parent), m_link(link), m_settings(settings), m_server(buses.session), m_origin(buses.session, link),
      m_lock(buses.session, buses.system) {
    connect(&approvals, &OpenApprovals::added, this, &Board::add);
    connect(&approvals, &OpenApprovals::settled, this, [this](const Approval& approval) { remove(approval.id); });
    connect(&approvals, &OpenApprovals::cleared, this, &Board::clear);
    connect(&m_server, &NotificationServer::changed, this, &Board::handleServer);
    connect(&m_server, &NotificationServer::actionInvoked, this,
            [this](std::uint32_t id, const QString& key, const QString& token) {
                if (GroupToast* group = groupOf(id))
                    group->handleAction(key, token);
            });
    connect(&m_server, &NotificationServer::closed, this, [this](std::uint32_t id) {
        if (GroupToast* group = groupOf(id))
            group->handleClosed();
    });
    connect(&m_lock, &SessionLock::changed, this, [this] {
        for (const auto& group : std::views::values(m_groups))
            group->changeView();
        routeAll();
    });
}

Board::~Board() {
    clear();
}

void Board::add(const Approval& approval) {
    m_entries[approval.id] = {approval, m_server.generation()};
    route(approval.id);
}

void Board::remove(ApprovalId id) {
    m_entries.erase(id);
    for (const auto& group : std::views::values(m_groups))
        group->remove(id);
    std::erase_if(m_groups, [](const auto& group) { return group.second->isSpent(); });
}

void Board::clear() {
    m_entries.clear();
    for (const auto& group : std::views::values(m_groups))
        group->clear();
}

void Board::handleServer() {
    if (m_generation != m_server.generation()) { // what the last one showed is gone with it
        m_generation = m_server.generation();
        m_groups.clear();
        for (Entry& entry : std::views::values(m_entries))
            entry.isRouted = false;
    }
    routeAll();
}

void Board::routeAll() {
    const auto keys = std::views::keys(m_entries);
    const std::vector<ApprovalId> ids(keys.begin(), keys.end());
    for (const ApprovalId id : ids)
        route(id);
}

void Board::route(ApprovalId id) {
    const auto found = m_entries.find(id);
    if (found == m_entries.end() || found->second.isRouted)
        return;
    if (m_server.state() == NotificationServer::State::Asking || !m_lock.isKnown())
        return; // comes again when that is known
    if (!m_server.hasActions()) {
        handOver(id);
        return;
    }
    found->second.isRouted = true;
    m_origin.check(m_server.owner(), this, [this, id, generation = m_server.generation()](bool isBelieved) {
        if (generation != m_server.generation())
            return; // it was routed anew
        if (isBelieved)
            show(id);
        else
            handOver(id);
    });
}

void Board::show(ApprovalId id) {
    const auto found = m_entries.find(id);
    if (found == m_entries.end())
        return;
    const Entry& entry = found->second;
    const auto standing =
        entry.generation == m_server.generation() ? ServerStanding::BeforeQuestion : ServerStanding::AfterQuestion;
    groupOf(entry.approval).add({entry.approval, standing});
}

void Board::handOver(ApprovalId id) {
    if (m_entries.find(id) == m_entries.end())
        return;
    remove(id);
    emit windowWanted(id);
}

GroupToast& Board::groupOf(const Approval& approval) {
    std::unique_ptr<GroupToast>& group = m_groups[{approval.agent, approval.projectRoot}];
    if (!group) {
        group = std::make_unique<GroupToast>(m_server, m_lock, m_settings);
        connect(group.get(), &GroupToast::reviewWanted, this, &Board::reviewWanted);
        connect(group.get(), &GroupToast::inboxWanted, this, &Board::inboxWanted);
        connect(group.get(), &GroupToast::answered, this, &Board::answer);
        // Later: the group that says so is in the middle of something.
        connect(
            group.get(), &GroupToast::failed, this,
            [this](const std::vector<ApprovalId>& questions) {
                for (const ApprovalId id : questions)
                    handOver(id);
            },
            Qt::QueuedConnection);
    }
    return *group;
}

GroupToast* Board::groupOf(std::uint32_t notification) {
    if (notification == 0)
        return nullptr;
    for (const auto& group : std::views::values(m_groups)) {
        if (group->notification() == notification)
            return group.get();
    }
    return nullptr;
}

void Board::answer(ApprovalId id, const std::string& contentHash, Offer offer) {
    // An agent may have come since it was shown.
    m_origin.check(m_server.owner(), this, [this, id, contentHash, offer](bool isBelieved) {
        if (!isBelieved) {
            handOver(id);
            return;
        }
        const AnswerKind kind = offer == Offer::AllowOnce ? AnswerKind::AllowOnce : AnswerKind::Deny;
        m_link.ask(wire::AnswerApproval{0, {id, contentHash, kind, 0, {}}}, this,
                   [this, id](const Result<wire::ControlReply>& reply) {
                       if (!reply)
                           handOver(id);
                   });
    });
}

} // namespace exeat
