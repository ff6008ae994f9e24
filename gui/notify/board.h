#pragma once

#include "gui/notify/grouptoast.h"
#include "gui/notify/notificationserver.h"
#include "gui/notify/serverorigin.h"
#include "gui/notify/sessionlock.h"

#include <QObject>

#include <compare>
#include <map>
#include <memory>
#include <string>

namespace exeat {

class OpenApprovals;
class ServiceLink;

/**
 * Open questions as notifications: one for each agent and project. A question that no notification can show, or answer
 * to, it hands over with windowWanted() and thinks of no more. Main thread.
 */
class Board : public QObject {
    Q_OBJECT
public:
    struct Buses {
        QDBusConnection session;
        QDBusConnection system;
    };

    Board(const Buses& buses, ServiceLink& link, const OpenApprovals& approvals, const NotifySettings& settings,
          QObject* parent = nullptr);
    /** Withdraws what it shows: nobody would hear a click any more. */
    ~Board() override;

    const NotificationServer& server() const { return m_server; }
    const SessionLock& lock() const { return m_lock; }

signals:
    /** A person asked to see this one. `token`: for XDG_ACTIVATION_TOKEN, may be empty. */
    void reviewWanted(exeat::ApprovalId id, const QString& token);
    /** As above, of several. */
    void inboxWanted(const QString& token);
    /** No notification shows it, or an answer in one failed: it must be seen in another way, without the focus. */
    void windowWanted(exeat::ApprovalId id);

private:
    struct GroupKey {
        std::string agent;
        std::string projectRoot;
        auto operator<=>(const GroupKey&) const = default;
    };
    /** Open and not handed over. */
    struct Entry {
        Approval approval;
        std::uint64_t generation = 0; ///< of the server that was there when it came
        bool isRouted = false;
    };

    void add(const Approval& approval);
    void remove(ApprovalId id);
    void clear();
    void handleServer();
    void routeAll();
    void route(ApprovalId id);
    void show(ApprovalId id);
    void handOver(ApprovalId id);
    GroupToast& groupOf(const Approval& approval);
    GroupToast* groupOf(std::uint32_t notification);
    void answer(ApprovalId id, const std::string& contentHash, Offer offer);

    ServiceLink& m_link;
    NotifySettings m_settings;
    NotificationServer m_server;
    ServerOrigin m_origin;
    SessionLock m_lock;
    std::uint64_t m_generation = 0;
    std::map<ApprovalId, Entry> m_entries;
    std::map<GroupKey, std::unique_ptr<GroupToast>> m_groups;
};

} // namespace exeat
