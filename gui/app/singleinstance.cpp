#include "gui/app/singleinstance.h"

#include <QDBusConnectionInterface>
#include <QDBusMessage>

#include <utility>

namespace exeat {
namespace {

const QString service = QStringLiteral("org.exeat.Desktop");
const QString path = QStringLiteral("/org/exeat/Desktop");
const QString interface = QStringLiteral("org.freedesktop.Application");
const QString tokenKey = QStringLiteral("activation-token");

} // namespace

SingleInstance::SingleInstance(QDBusConnection bus, QObject* parent) : QObject(parent), m_bus(std::move(bus)) {}

SingleInstance::Role SingleInstance::claim() {
    if (!m_bus.isConnected())
        return Role::First;
    m_bus.registerObject(path, this, QDBusConnection::ExportScriptableSlots);
    const auto owned = m_bus.interface()->registerService(service, QDBusConnectionInterface::DontQueueService,
                                                          QDBusConnectionInterface::DontAllowReplacement);
    if (owned.isValid() && owned.value() == QDBusConnectionInterface::ServiceRegistered)
        return Role::First;
    QVariantMap platformData;
    if (const QByteArray token = qgetenv("XDG_ACTIVATION_TOKEN"); !token.isEmpty())
        platformData.insert(tokenKey, QString::fromUtf8(token));
    QDBusMessage call = QDBusMessage::createMethodCall(service, path, interface, QStringLiteral("Activate"));
    call << platformData;
    m_bus.call(call, QDBus::Block, 1000);
    return Role::Another;
}

void SingleInstance::Activate(const QVariantMap& platformData) {
    emit activated(platformData.value(tokenKey).toString().left(256));
}

} // namespace exeat
