#pragma once

#include <QDBusConnection>
#include <QDBusMessage>
#include <QString>

namespace exeat::test {

/** A connection of its own to the test's bus: to the others it is another program. */
class OwnConnection {
public:
    explicit OwnConnection(const QString& name)
        : m_name(name), bus(QDBusConnection::connectToBus(QDBusConnection::SessionBus, name)) {}
    ~OwnConnection() { QDBusConnection::disconnectFromBus(m_name); }
    OwnConnection(const OwnConnection&) = delete;
    OwnConnection& operator=(const OwnConnection&) = delete;

    /** What was sent before has been handed on to everybody who hears it, before anything that is sent later. */
    void flush() const {
        bus.call(QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.DBus"),
                                                QStringLiteral("/org/freedesktop/DBus"),
                                                QStringLiteral("org.freedesktop.DBus"), QStringLiteral("GetId")));
    }

private:
    QString m_name;

public:
    QDBusConnection bus;
};

} // namespace exeat::test
