#pragma once

#include <QDBusAbstractInterface>
#include <QString>

namespace exeat {

/**
 * The signals of one notification server, named as on the bus. `service` must be a unique name: signals of any other
 * sender are then dropped by QtDBus, and no call to the bus blocks.
 */
class NotificationsProxy : public QDBusAbstractInterface {
    Q_OBJECT
public:
    NotificationsProxy(const QDBusConnection& bus, const QString& service)
        : QDBusAbstractInterface(service, QStringLiteral("/org/freedesktop/Notifications"),
                                 "org.freedesktop.Notifications", bus, nullptr) {}

signals:
    void ActionInvoked(uint id, const QString& key);
    void ActivationToken(uint id, const QString& token);
    void NotificationClosed(uint id, uint reason);
};

} // namespace exeat
