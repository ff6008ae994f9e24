#pragma once

#include "gui/notify/policy.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace exeat {

class NotificationServer;
class SessionLock;

/**
 * The one notification about all open questions of one agent in one project: shown, replaced in place and withdrawn,
 * calmly. Belongs to one server; when that goes, this goes. Main thread.
 */
class GroupToast : public QObject {
    Q_OBJECT
public:
    /** Between two Notify of one group. */
    static constexpr std::chrono::milliseconds calm{3000};

    GroupToast(NotificationServer& server, const SessionLock& lock, const NotifySettings& settings,
               QObject* parent = nullptr);

    void add(Question question);
    /** It was settled: what shows nothing else is withdrawn at once. */
    void remove(ApprovalId id);
    /** All are gone. */
    void clear();
    /** The session was locked or unlocked: what is shown is replaced at once. */
    void changeView();
    /** Nothing waits here and it may be forgotten: a new group would not be shown sooner than this one. */
    bool isSpent() const;

    std::uint32_t notification() const { return m_id; }
    void handleAction(const QString& key, const QString& token);
    /** The server shows it no more; whoever closed it will look elsewhere, until there is a new question. */
    void handleClosed();

signals:
    void reviewWanted(exeat::ApprovalId id, const QString& token);
    /** Several were shown. */
    void inboxWanted(const QString& token);
    /** A person chose `offer` for `id`, seeing what has `contentHash`. */
    void answered(exeat::ApprovalId id, const std::string& contentHash, exeat::Offer offer);
    /** These are not shown: the server did not take the notification. */
    void failed(const std::vector<exeat::ApprovalId>& questions);

private:
    enum class Pace { Calm, AtOnce };
    SessionView view() const;
    bool isOpen(ApprovalId id) const;
    void want(Pace pace);
    void send();
    void handleSent(std::uint32_t id, const Toast& toast);
    void withdraw();
    void forget();
    void withdrawStale();

    NotificationServer& m_server;
    const SessionLock& m_lock;
    const NotifySettings& m_settings;
    std::vector<Question> m_questions; ///< open ones, oldest first
    std::uint32_t m_id = 0;            ///< of the notification that is there
    Toast m_shown;                     ///< what it shows
    /** The question that this id offered to answer. It never offers another: a click may be on its way. */
    std::optional<ApprovalId> m_answerable;
    bool m_isSending = false;
    std::optional<Pace> m_wanted;
    QElapsedTimer m_sent;
    QTimer m_timer;
};

} // namespace exeat
