#pragma once

#include "gui/notify/busowner.h"
#include "gui/notify/policy.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace exeat {

class NotificationsProxy;

/**
 * org.freedesktop.Notifications of the session bus (Desktop Notifications Specification 1.2). Talks to, and hears, the
 * unique name that owns it at the moment: what others broadcast in its name does not arrive. Nothing blocks. Main
 * thread.
 */
class NotificationServer : public QObject {
    Q_OBJECT
public:
    /** Asking: it is not known yet who is there, or what it can. Bounded by a few seconds. */
    enum class State { Asking, Missing, Present };

    explicit NotificationServer(const QDBusConnection& bus, QObject* parent = nullptr);
    ~NotificationServer() override;

    State state() const { return m_state; }
    bool hasActions() const { return m_state == State::Present && m_capabilities.contains(QLatin1String("actions")); }
    BodyFormat bodyFormat() const {
        return m_capabilities.contains(QLatin1String("body-markup")) ? BodyFormat::Markup : BodyFormat::Plain;
    }
    /** What it calls itself, for people; empty until it has said so. */
    const QString& name() const { return m_name; }
    /** Its unique name. */
    const QString& owner() const { return m_owner.owner(); }
    /** Another one with each server. */
    std::uint64_t generation() const { return m_owner.generation(); }

    /**
     * Shows `toast`, in place of notification `replaces` unless that is 0. Calls `done` once, from the event loop, with
     * the id, or with 0 if it was not shown. Not called once `context` or that server is gone.
     */
    void notify(const Toast& toast, std::uint32_t replaces, QObject* context, std::function<void(std::uint32_t)> done);
    void close(std::uint32_t id);

signals:
    void changed();
    /** Whatever id it names: ours or not is for the receiver to know. `token`: for xdg-activation, may be empty. */
    void actionInvoked(std::uint32_t id, const QString& key, const QString& token);
    /** Whyever: never an answer. */
    void closed(std::uint32_t id);

private:
    void use();
    void setCapabilities(const QDBusMessage& reply);

    QDBusConnection m_bus;
    BusOwner m_owner;
    std::unique_ptr<NotificationsProxy> m_proxy;
    State m_state = State::Asking;
    QStringList m_capabilities;
    QString m_name;
    /** The last one: it comes right before its action. */
    std::pair<std::uint32_t, QString> m_token;
};

} // namespace exeat
