#pragma once

#include "tests/gui/buses.h"

#include <QDBusConnectionInterface>
#include <QDBusContext>
#include <QObject>
#include <QStringList>
#include <QVariantMap>

#include <utility>
#include <vector>

namespace exeat::test {

/** A notification server that shows nothing and says what it was asked. */
class FakeNotifications : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Shown {
        uint id = 0;
        uint replaces = 0;
        QString summary;
        QString body;
        QStringList actions;
        QVariantMap hints;
        int timeout = 0;
    };

    explicit FakeNotifications(const QString& name,
                               QStringList can = {QStringLiteral("actions"), QStringLiteral("body")})
        : capabilities(std::move(can)), m_connection(name) {
        m_connection.bus.registerObject(path(), this, QDBusConnection::ExportAllSlots);
    }

    static QString service() { return QStringLiteral("org.freedesktop.Notifications"); }
    static QString path() { return QStringLiteral("/org/freedesktop/Notifications"); }

    bool own() { return m_connection.bus.registerService(service()); }
    /** Owns the name as soon as whoever has it leaves. */
    bool queue() {
        const auto answer =
            m_connection.bus.interface()->registerService(service(), QDBusConnectionInterface::QueueService);
        return answer.isValid() && answer.value() == QDBusConnectionInterface::ServiceQueued;
    }
    void leave() { m_connection.bus.unregisterService(service()); }
    QString uniqueName() const { return m_connection.bus.baseService(); }

    /** A click; real servers close what was clicked. */
    void invoke(uint id, const QString& key, const QString& token = {}) {
        if (!token.isEmpty())
            say(QStringLiteral("ActivationToken"), {id, token});
        say(QStringLiteral("ActionInvoked"), {id, key});
        say(QStringLiteral("NotificationClosed"), {id, 2U});
    }
    void say(const QString& signal, const QVariantList& arguments) {
        say(m_connection.bus, signal, arguments);
        m_connection.flush();
    }
    /** In the name of that interface, from any connection. */
    static void say(const QDBusConnection& bus, const QString& signal, const QVariantList& arguments) {
        QDBusMessage message = QDBusMessage::createSignal(path(), service(), signal);
        message.setArguments(arguments);
        bus.send(message);
    }

    QStringList capabilities;
    bool hangs = false;   ///< Notify is never answered
    bool refuses = false; ///< Notify is an error
    uint nextId = 0;
    std::vector<Shown> shown;
    std::vector<uint> closed;

public slots:
    QStringList GetCapabilities() { return capabilities; }
    QString GetServerInformation(QString& vendor, QString& version, QString& specification) {
        vendor = QStringLiteral("test");
        version = QStringLiteral("1");
        specification = QStringLiteral("1.2");
        return QStringLiteral("fake");
    }
    uint Notify(const QString&, uint replaces, const QString&, const QString& summary, const QString& body,
                const QStringList& actions, const QVariantMap& hints, int timeout) {
        if (hangs)
            setDelayedReply(true);
        if (refuses)
            sendErrorReply(QDBusError::LimitsExceeded);
        const uint id = replaces != 0 ? replaces : ++nextId;
        shown.push_back({id, replaces, summary, body, actions, hints, timeout});
        return id;
    }
    void CloseNotification(uint id) {
        closed.push_back(id);
        say(QStringLiteral("NotificationClosed"), {id, 3U});
    }

private:
    OwnConnection m_connection;
};

} // namespace exeat::test
