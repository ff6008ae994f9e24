#pragma once

#include "gui/notify/busowner.h"

#include <QObject>

#include <memory>
#include <optional>

namespace exeat {

class LoginSessionProxy;
class ScreenSaverProxy;

/**
 * Whether strangers may look at the screen: the session is locked (LockedHint of logind) or the screen saver is on
 * (org.freedesktop.ScreenSaver). A service that is not there, or knows no session of ours, locks nothing; one that does
 * not answer has locked, until it says otherwise. Nothing blocks. Main thread.
 */
class SessionLock : public QObject {
    Q_OBJECT
public:
    SessionLock(const QDBusConnection& session, const QDBusConnection& system, QObject* parent = nullptr);
    ~SessionLock() override;

    /** Both have said how it is, or are not there. */
    bool isKnown() const { return m_hint.has_value() && m_saver.has_value(); }
    bool isLocked() const { return m_hint.value_or(true) || m_saver.value_or(true); }

signals:
    void changed();

private:
    void useLogin();
    void useSession(const QString& path);
    void useSaver();
    void learn(std::optional<bool>& what, std::optional<bool> value);

    QDBusConnection m_session;
    QDBusConnection m_system;
    BusOwner m_login;
    BusOwner m_saverOwner;
    std::unique_ptr<LoginSessionProxy> m_loginProxy;
    std::unique_ptr<ScreenSaverProxy> m_saverProxy;
    std::optional<bool> m_hint;
    std::optional<bool> m_saver;
};

} // namespace exeat
