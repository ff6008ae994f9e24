#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QVariantMap>

namespace exeat {

/**
 * One exeat-desktop in a session: who owns org.exeat.Desktop on the session bus. Another one that is started, and a
 * launcher (org.freedesktop.Application, Desktop Entry Specification), only ask the first for its window: over the bus
 * nothing can be answered. Without a bus there is nobody to ask, and each is the first. Main thread.
 */
class SingleInstance : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Application")
public:
    enum class Role { First, Another };

    explicit SingleInstance(QDBusConnection bus, QObject* parent = nullptr);

    /** Another: the first was asked to show itself, and this one is to end. Waits for the bus, a moment. */
    Role claim();

public slots:
    Q_SCRIPTABLE void Activate(const QVariantMap& platformData);

signals:
    /** `token`: for XDG_ACTIVATION_TOKEN, may be empty. */
    void activated(const QString& token);

private:
    QDBusConnection m_bus;
};

} // namespace exeat
