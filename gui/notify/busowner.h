#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QString>

#include <cstdint>

namespace exeat {

/**
 * Who owns a well-known name of a bus, as that bus says. Nobody and no bus are no error, and nothing blocks: until the
 * bus has answered, isKnown() is false. Main thread.
 */
class BusOwner : public QObject {
    Q_OBJECT
public:
    /** Whether the bus is asked to start the service, once, if nobody owns the name at first. */
    enum class IfMissing { Leave, Start };

    BusOwner(const QDBusConnection& bus, QString name, IfMissing ifMissing, QObject* parent = nullptr);

    bool isKnown() const { return m_isKnown; }
    /** The unique name of the owner; empty if there is none. */
    const QString& owner() const { return m_owner; }
    /** Grows each time somebody else owns it. Whoever was there when it was first known, was there before. */
    std::uint64_t generation() const { return m_generation; }

signals:
    /** It became known, or somebody else owns it. */
    void changed();

private:
    void ask(IfMissing ifMissing);
    void learn(const QString& owner);
    void become(const QString& owner);

    QDBusConnection m_bus;
    QString m_name;
    QString m_owner;
    std::uint64_t m_generation = 0;
    bool m_isKnown = false;
};

} // namespace exeat
