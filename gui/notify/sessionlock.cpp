#include "gui/notify/sessionlock.h"

#include "gui/notify/pendingcall.h"
#include "gui/notify/sessionlockproxies.h"

#include <QDBusError>
#include <QDBusObjectPath>
#include <QDBusVariant>

namespace exeat {
namespace {

constexpr int patienceMilliseconds = 3000;

const QString sessionInterface = QStringLiteral("org.freedesktop.login1.Session");
const QString lockedHint = QStringLiteral("LockedHint");

/** It is there and hangs; every other error says that it has nothing to do with us. */
bool hangs(const QDBusMessage& reply) {
    const QDBusError::ErrorType type = QDBusError(reply).type();
    return type == QDBusError::NoReply || type == QDBusError::Timeout || type == QDBusError::TimedOut;
}

} // namespace

SessionLock::SessionLock(const QDBusConnection& session, const QDBusConnection& system, QObject* parent)
    : QObject(parent), m_session(session), m_system(system),
      m_login(system, QStringLiteral("org.freedesktop.login1"), BusOwner::IfMissing::Leave),
      m_saverOwner(session, QStringLiteral("org.freedesktop.ScreenSaver"), BusOwner::IfMissing::Leave) {
    connect(&m_login, &BusOwner::changed, this, &SessionLock::useLogin);
    connect(&m_saverOwner, &BusOwner::changed, this, &SessionLock::useSaver);
}

SessionLock::~SessionLock() = default;

void SessionLock::useLogin() {
    m_loginProxy.reset();
    if (m_login.owner().isEmpty()) {
        learn(m_hint, false);
        return;
    }
    // "auto" is the session of this process, or else the one that the user sees (org.freedesktop.login1(5)).
    QDBusMessage call =
        QDBusMessage::createMethodCall(m_login.owner(), QStringLiteral("/org/freedesktop/login1"),
                                       QStringLiteral("org.freedesktop.login1.Manager"), QStringLiteral("GetSession"));
    call << QStringLiteral("auto");
    whenReplied(m_system.asyncCall(call, patienceMilliseconds), this,
                [this, owner = m_login.owner()](const QDBusMessage& reply) {
                    if (owner != m_login.owner())
                        return;
                    QDBusObjectPath path;
                    if (readReply(reply, path))
                        useSession(path.path());
                    else
                        learn(m_hint, hangs(reply));
                });
}

void SessionLock::useSession(const QString& path) {
    m_loginProxy = std::make_unique<LoginSessionProxy>(m_system, m_login.owner(), path);
    m_loginProxy->setTimeout(patienceMilliseconds);
    connect(m_loginProxy.get(), &LoginSessionProxy::PropertiesChanged, this,
            [this](const QString& interface, const QVariantMap& changed) {
                if (interface == sessionInterface && changed.contains(lockedHint))
                    learn(m_hint, changed.value(lockedHint).toBool());
            });
    whenReplied(m_loginProxy->asyncCall(QStringLiteral("Get"), sessionInterface, lockedHint), m_loginProxy.get(),
                [this](const QDBusMessage& reply) {
                    QDBusVariant value;
                    learn(m_hint, readReply(reply, value) ? value.variant().toBool() : hangs(reply));
                });
}

void SessionLock::useSaver() {
    m_saverProxy.reset();
    if (m_saverOwner.owner().isEmpty()) {
        learn(m_saver, false);
        return;
    }
    m_saverProxy = std::make_unique<ScreenSaverProxy>(m_session, m_saverOwner.owner());
    m_saverProxy->setTimeout(patienceMilliseconds);
    connect(m_saverProxy.get(), &ScreenSaverProxy::ActiveChanged, this,
            [this](bool isActive) { learn(m_saver, isActive); });
    whenReplied(m_saverProxy->asyncCall(QStringLiteral("GetActive")), m_saverProxy.get(),
                [this](const QDBusMessage& reply) {
                    bool isActive = false;
                    learn(m_saver, readReply(reply, isActive) ? isActive : hangs(reply));
                });
}

void SessionLock::learn(std::optional<bool>& what, std::optional<bool> value) {
    if (what == value)
        return;
    what = value;
    emit changed();
}

} // namespace exeat
