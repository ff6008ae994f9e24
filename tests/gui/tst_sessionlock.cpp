#include "gui/notify/sessionlock.h"
#include "tests/gui/buses.h"

#include <QDBusContext>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QTest>

#include <memory>

namespace exeat {

using test::OwnConnection;

namespace {

const QString sessionPath = QStringLiteral("/org/freedesktop/login1/session/_31");

} // namespace

class FakeManager : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")
public:
    bool hasSession = true;
public slots:
    QDBusObjectPath GetSession(const QString& name) {
        if (!hasSession || name != QLatin1String("auto"))
            sendErrorReply(QStringLiteral("org.freedesktop.login1.NoSessionForPID"), QStringLiteral("none"));
        return QDBusObjectPath(sessionPath);
    }
};

class FakeSession : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Session")
    Q_PROPERTY(bool LockedHint MEMBER isLocked)
public:
    bool isLocked = false;
};

class FakeSaver : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.ScreenSaver")
public:
    bool isActive = false;
    bool hangs = false;
public slots:
    bool GetActive() {
        if (hangs)
            setDelayedReply(true);
        return isActive;
    }
};

class TestSessionLock : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void absentServicesLockNothing();
    void lockedUntilKnown();
    void hintIsFollowed();
    void ourSessionMayBeUnknown();
    void saverIsFollowed();
    void aHungSaverHasLocked();
    void forgedUnlockIsNotHeard();

private:
    void ownLogin(bool isLocked);
    void sayHint(const QDBusConnection& bus, bool isLocked);
    void saySaver(const QDBusConnection& bus, bool isActive);

    std::unique_ptr<OwnConnection> m_app;
    std::unique_ptr<OwnConnection> m_other;
    std::unique_ptr<FakeManager> m_manager;
    std::unique_ptr<FakeSession> m_session;
    std::unique_ptr<FakeSaver> m_saver;
};

void TestSessionLock::init() {
    m_app = std::make_unique<OwnConnection>(QStringLiteral("app"));
    m_other = std::make_unique<OwnConnection>(QStringLiteral("services"));
    m_manager = std::make_unique<FakeManager>();
    m_session = std::make_unique<FakeSession>();
    m_saver = std::make_unique<FakeSaver>();
    auto& bus = m_other->bus;
    QVERIFY(bus.registerObject(QStringLiteral("/org/freedesktop/login1"), m_manager.get(),
                               QDBusConnection::ExportAllSlots));
    QVERIFY(bus.registerObject(sessionPath, m_session.get(), QDBusConnection::ExportAllProperties));
    QVERIFY(bus.registerObject(QStringLiteral("/org/freedesktop/ScreenSaver"), m_saver.get(),
                               QDBusConnection::ExportAllSlots));
}

void TestSessionLock::cleanup() {
    m_other.reset();
    m_app.reset();
}

void TestSessionLock::ownLogin(bool isLocked) {
    m_session->isLocked = isLocked;
    QVERIFY(m_other->bus.registerService(QStringLiteral("org.freedesktop.login1")));
}

void TestSessionLock::sayHint(const QDBusConnection& bus, bool isLocked) {
    QDBusMessage message = QDBusMessage::createSignal(sessionPath, QStringLiteral("org.freedesktop.DBus.Properties"),
                                                      QStringLiteral("PropertiesChanged"));
    message << QStringLiteral("org.freedesktop.login1.Session") << QVariantMap{{QStringLiteral("LockedHint"), isLocked}}
            << QStringList();
    bus.send(message);
}

void TestSessionLock::saySaver(const QDBusConnection& bus, bool isActive) {
    QDBusMessage message =
        QDBusMessage::createSignal(QStringLiteral("/org/freedesktop/ScreenSaver"),
                                   QStringLiteral("org.freedesktop.ScreenSaver"), QStringLiteral("ActiveChanged"));
    message << isActive;
    bus.send(message);
}

void TestSessionLock::absentServicesLockNothing() {
    const SessionLock lock(m_app->bus, m_app->bus);
    QTRY_VERIFY(lock.isKnown());
    QVERIFY(!lock.isLocked());
    const SessionLock noBus(m_app->bus, QDBusConnection(QStringLiteral("no such connection")));
    QTRY_VERIFY(noBus.isKnown());
    QVERIFY(!noBus.isLocked());
}

void TestSessionLock::lockedUntilKnown() {
    const SessionLock lock(m_app->bus, m_app->bus);
    QVERIFY(!lock.isKnown());
    QVERIFY(lock.isLocked());
}

void TestSessionLock::hintIsFollowed() {
    ownLogin(true);
    const SessionLock lock(m_app->bus, m_app->bus);
    QTRY_VERIFY(lock.isKnown());
    QVERIFY(lock.isLocked());
    sayHint(m_other->bus, false);
    QTRY_VERIFY(!lock.isLocked());
    sayHint(m_other->bus, true);
    QTRY_VERIFY(lock.isLocked());
    m_other->bus.unregisterService(QStringLiteral("org.freedesktop.login1"));
    QTRY_VERIFY(!lock.isLocked());
}

void TestSessionLock::ourSessionMayBeUnknown() {
    m_manager->hasSession = false;
    ownLogin(true);
    const SessionLock lock(m_app->bus, m_app->bus);
    QTRY_VERIFY(lock.isKnown());
    QVERIFY(!lock.isLocked());
}

void TestSessionLock::saverIsFollowed() {
    m_saver->isActive = true;
    QVERIFY(m_other->bus.registerService(QStringLiteral("org.freedesktop.ScreenSaver")));
    const SessionLock lock(m_app->bus, m_app->bus);
    QTRY_VERIFY(lock.isKnown());
    QVERIFY(lock.isLocked());
    saySaver(m_other->bus, false);
    QTRY_VERIFY(!lock.isLocked());
    saySaver(m_other->bus, true);
    QTRY_VERIFY(lock.isLocked());
}

void TestSessionLock::aHungSaverHasLocked() {
    m_saver->hangs = true;
    QVERIFY(m_other->bus.registerService(QStringLiteral("org.freedesktop.ScreenSaver")));
    const SessionLock lock(m_app->bus, m_app->bus);
    QTRY_VERIFY_WITH_TIMEOUT(lock.isKnown(), 10'000);
    QVERIFY(lock.isLocked());
}

void TestSessionLock::forgedUnlockIsNotHeard() {
    m_saver->isActive = true;
    QVERIFY(m_other->bus.registerService(QStringLiteral("org.freedesktop.ScreenSaver")));
    ownLogin(true);
    const OwnConnection forger(QStringLiteral("forger"));
    SessionLock lock(m_app->bus, m_app->bus);
    QTRY_VERIFY(lock.isKnown());
    int changes = 0;
    connect(&lock, &SessionLock::changed, this, [&changes] { ++changes; });
    saySaver(forger.bus, false);
    sayHint(forger.bus, false);
    forger.flush();
    sayHint(m_other->bus, false); // comes after both
    QTRY_COMPARE(changes, 1);
    QVERIFY(lock.isLocked()); // by the saver
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestSessionLock)
#include "tst_sessionlock.moc"
