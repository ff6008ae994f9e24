#pragma once

#include <QDBusAbstractInterface>
#include <QStringList>
#include <QVariantMap>

namespace exeat {

/** The signals of logind's session, named as on the bus; `service` is a unique name (see NotificationsProxy). */
class LoginSessionProxy : public QDBusAbstractInterface {
    Q_OBJECT
public:
    LoginSessionProxy(const QDBusConnection& bus, const QString& service, const QString& path)
        : QDBusAbstractInterface(service, path, "org.freedesktop.DBus.Properties", bus, nullptr) {}

signals:
    void PropertiesChanged(const QString& interface, const QVariantMap& changed, const QStringList& invalidated);
};

/** As above, of the screen saver. */
class ScreenSaverProxy : public QDBusAbstractInterface {
    Q_OBJECT
public:
    ScreenSaverProxy(const QDBusConnection& bus, const QString& service)
        : QDBusAbstractInterface(service, QStringLiteral("/org/freedesktop/ScreenSaver"), "org.freedesktop.ScreenSaver",
                                 bus, nullptr) {}

signals:
    void ActiveChanged(bool isActive);
};

} // namespace exeat
