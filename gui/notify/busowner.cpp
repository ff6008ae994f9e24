#include "gui/notify/busowner.h"

#include "gui/notify/pendingcall.h"

#include <QDBusServiceWatcher>
#include <QTimer>

#include <utility>

namespace exeat {
namespace {

QDBusMessage busCall(const QString& method) {
    return QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.DBus"),
                                          QStringLiteral("/org/freedesktop/DBus"),
                                          QStringLiteral("org.freedesktop.DBus"), method);
}

} // namespace

BusOwner::BusOwner(const QDBusConnection& bus, QString name, IfMissing ifMissing, QObject* parent)
    : QObject(parent), m_bus(bus), m_name(std::move(name)) {
    if (!m_bus.isConnected()) { // a call would never be answered, not even with an error
        QTimer::singleShot(0, this, [this] { learn({}); });
        return;
    }
    auto* watcher = new QDBusServiceWatcher(m_name, m_bus, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceOwnerChanged, this,
            [this](const QString&, const QString&, const QString& owner) { become(owner); });
    ask(ifMissing);
}

void BusOwner::ask(IfMissing ifMissing) {
    QDBusMessage call = busCall(QStringLiteral("GetNameOwner"));
    call << m_name;
    whenReplied(m_bus.asyncCall(call), this, [this, ifMissing](const QDBusMessage& reply) {
        QString owner;
        readReply(reply, owner);
        learn(owner);
        if (!m_owner.isEmpty() || ifMissing == IfMissing::Leave)
            return;
        QDBusMessage start = busCall(QStringLiteral("StartServiceByName"));
        start << m_name << 0U;
        m_bus.asyncCall(start); // what comes of it, the watcher says
    });
}

void BusOwner::learn(const QString& owner) {
    if (m_isKnown) // a change was heard of in the meantime, and is newer
        return;
    m_isKnown = true;
    m_owner = owner;
    emit changed();
}

void BusOwner::become(const QString& owner) {
    if (m_isKnown && owner == m_owner)
        return;
    m_isKnown = true;
    m_owner = owner;
    ++m_generation;
    emit changed();
}

} // namespace exeat
