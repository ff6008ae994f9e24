#include "gui/notify/notificationserver.h"

#include "gui/notify/notificationsproxy.h"
#include "gui/notify/pendingcall.h"

#include <QPointer>
#include <QVariantMap>

namespace exeat {
namespace {

/** A server that does not answer for so long is none: the question must be seen elsewhere. */
constexpr int patienceMilliseconds = 3000;

constexpr uchar urgencyNormal = 1;
constexpr uchar urgencyCritical = 2;
constexpr int neverExpires = 0;

QVariantMap hintsOf(const Toast& toast) {
    return {{QStringLiteral("urgency"), QVariant::fromValue(toast.isCritical ? urgencyCritical : urgencyNormal)},
            {QStringLiteral("desktop-entry"), QStringLiteral("org.exeat.Desktop")},
            {QStringLiteral("category"), QStringLiteral("x-exeat.question")}};
}

} // namespace

NotificationServer::NotificationServer(const QDBusConnection& bus, QObject* parent)
    : QObject(parent), m_bus(bus),
      m_owner(bus, QStringLiteral("org.freedesktop.Notifications"), BusOwner::IfMissing::Start) {
    connect(&m_owner, &BusOwner::changed, this, &NotificationServer::use);
}

NotificationServer::~NotificationServer() = default;

void NotificationServer::use() {
    m_proxy.reset(); // with what the last one had yet to answer
    m_capabilities.clear();
    m_name.clear();
    m_token = {};
    m_state = State::Missing;
    if (!m_owner.owner().isEmpty()) {
        m_state = State::Asking;
        m_proxy = std::make_unique<NotificationsProxy>(m_bus, m_owner.owner());
        m_proxy->setTimeout(patienceMilliseconds);
        connect(m_proxy.get(), &NotificationsProxy::ActivationToken, this,
                [this](uint id, const QString& token) { m_token = {id, token}; });
        connect(m_proxy.get(), &NotificationsProxy::ActionInvoked, this, [this](uint id, const QString& key) {
            const auto token = std::exchange(m_token, {});
            emit actionInvoked(id, key, token.first == id ? token.second : QString());
        });
        connect(m_proxy.get(), &NotificationsProxy::NotificationClosed, this, [this](uint id) { emit closed(id); });
        whenReplied(m_proxy->asyncCall(QStringLiteral("GetServerInformation")), m_proxy.get(),
                    [this](const QDBusMessage& reply) { readReply(reply, m_name); });
        whenReplied(m_proxy->asyncCall(QStringLiteral("GetCapabilities")), m_proxy.get(),
                    [this](const QDBusMessage& reply) { setCapabilities(reply); });
    }
    emit changed();
}

void NotificationServer::setCapabilities(const QDBusMessage& reply) {
    m_state = readReply(reply, m_capabilities) ? State::Present : State::Missing;
    emit changed();
}

void NotificationServer::notify(const Toast& toast, std::uint32_t replaces, QObject* context,
                                std::function<void(std::uint32_t)> done) {
    if (!m_proxy) {
        QMetaObject::invokeMethod(context, [done = std::move(done)] { done(0); }, Qt::QueuedConnection);
        return;
    }
    const QString application = QStringLiteral("Exeat");
    const QString icon = QStringLiteral("org.exeat.Desktop");
    const QDBusPendingCall call = m_proxy->asyncCallWithArgumentList(
        QStringLiteral("Notify"),
        {application, replaces, icon, toast.summary, toast.body, toast.actions, hintsOf(toast), neverExpires});
    // The watcher ends with the server, `done` also with its context.
    whenReplied(call, m_proxy.get(),
                [context = QPointer<QObject>(context), done = std::move(done)](const QDBusMessage& reply) {
                    std::uint32_t id = 0;
                    readReply(reply, id);
                    if (context)
                        done(id);
                });
}

void NotificationServer::close(std::uint32_t id) {
    if (m_proxy)
        m_proxy->asyncCall(QStringLiteral("CloseNotification"), id);
}

} // namespace exeat
