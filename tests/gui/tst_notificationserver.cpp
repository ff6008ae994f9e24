#include "gui/notify/notificationserver.h"
#include "tests/gui/fakenotifications.h"

#include <QSignalSpy>
#include <QTest>

namespace exeat {

using test::FakeNotifications;
using test::OwnConnection;

class TestNotificationServer : public QObject {
    Q_OBJECT
private slots:
    void noServerIsNoError();
    void noBusIsNoError();
    void asksWhatItCan();
    void withoutActions();
    void anotherServerIsAskedAnew();
    void forgedSignalsAreNotHeard();
    void oldServerIsNotHeard();
    void tokenComesWithItsAction();
    void hungServerShowsNothing();

private:
    static void waitFor(const NotificationServer& server, NotificationServer::State state) {
        QTRY_COMPARE(server.state(), state);
    }
};

void TestNotificationServer::noServerIsNoError() {
    const OwnConnection app(QStringLiteral("app"));
    NotificationServer server(app.bus);
    QCOMPARE(server.state(), NotificationServer::State::Asking);
    waitFor(server, NotificationServer::State::Missing);
    QVERIFY(!server.hasActions());
    std::optional<std::uint32_t> id;
    server.notify({}, 0, this, [&id](std::uint32_t got) { id = got; });
    QTRY_COMPARE(id.value_or(7), 0U);
    server.close(1);
}

void TestNotificationServer::noBusIsNoError() {
    NotificationServer server(QDBusConnection(QStringLiteral("no such connection")));
    waitFor(server, NotificationServer::State::Missing);
}

void TestNotificationServer::asksWhatItCan() {
    const OwnConnection app(QStringLiteral("app"));
    FakeNotifications fake(QStringLiteral("fake"), {QStringLiteral("actions"), QStringLiteral("body-markup")});
    QVERIFY(fake.own());
    NotificationServer server(app.bus);
    waitFor(server, NotificationServer::State::Present);
    QVERIFY(server.hasActions());
    QCOMPARE(server.bodyFormat(), BodyFormat::Markup);
    QCOMPARE(server.owner(), fake.uniqueName());
    QCOMPARE(server.generation(), std::uint64_t{0});
    QTRY_COMPARE(server.name(), QStringLiteral("fake"));

    Toast toast;
    toast.summary = QStringLiteral("s");
    toast.body = QStringLiteral("b");
    toast.actions = QStringList{QStringLiteral("default"), QStringLiteral("Review")};
    std::uint32_t id = 0;
    server.notify(toast, 0, this, [&id](std::uint32_t got) { id = got; });
    QTRY_COMPARE(id, 1U);
    const FakeNotifications::Shown& shown = fake.shown.front();
    QCOMPARE(shown.summary, toast.summary);
    QCOMPARE(shown.body, toast.body);
    QCOMPARE(shown.actions, toast.actions);
    QCOMPARE(shown.timeout, 0);
    QCOMPARE(shown.hints.value(QStringLiteral("desktop-entry")).toString(), QStringLiteral("org.exeat.Desktop"));
    QCOMPARE(shown.hints.value(QStringLiteral("urgency")).metaType(), QMetaType::fromType<uchar>());
    QCOMPARE(shown.hints.value(QStringLiteral("urgency")).toInt(), 1);
    QVERIFY(!shown.hints.value(QStringLiteral("category")).toString().isEmpty());
    toast.isCritical = true;
    server.notify(toast, id, this, [&id](std::uint32_t got) { id = got + 10; });
    QTRY_COMPARE(id, 11U);
    QCOMPARE(fake.shown.back().replaces, 1U);
    QCOMPARE(fake.shown.back().hints.value(QStringLiteral("urgency")).toInt(), 2);
}

void TestNotificationServer::withoutActions() {
    const OwnConnection app(QStringLiteral("app"));
    FakeNotifications fake(QStringLiteral("fake"), {QStringLiteral("body")});
    QVERIFY(fake.own());
    NotificationServer server(app.bus);
    waitFor(server, NotificationServer::State::Present);
    QVERIFY(!server.hasActions());
    QCOMPARE(server.bodyFormat(), BodyFormat::Plain);
}

void TestNotificationServer::anotherServerIsAskedAnew() {
    const OwnConnection app(QStringLiteral("app"));
    FakeNotifications first(QStringLiteral("first"), {QStringLiteral("actions")});
    FakeNotifications second(QStringLiteral("second"), {});
    QVERIFY(first.own());
    NotificationServer server(app.bus);
    waitFor(server, NotificationServer::State::Present);
    first.leave();
    waitFor(server, NotificationServer::State::Missing);
    QVERIFY(second.own());
    waitFor(server, NotificationServer::State::Present);
    QVERIFY(!server.hasActions());
    QCOMPARE(server.owner(), second.uniqueName());
    QCOMPARE(server.generation(), std::uint64_t{2});
}

void TestNotificationServer::forgedSignalsAreNotHeard() {
    const OwnConnection app(QStringLiteral("app"));
    const OwnConnection forger(QStringLiteral("forger"));
    FakeNotifications fake(QStringLiteral("fake"));
    QVERIFY(fake.own());
    NotificationServer server(app.bus);
    waitFor(server, NotificationServer::State::Present);
    QSignalSpy actions(&server, &NotificationServer::actionInvoked);
    QSignalSpy closings(&server, &NotificationServer::closed);
    const auto forge = [&](const QString& signal, const QVariantList& arguments) {
        FakeNotifications::say(forger.bus, signal, arguments);
        // And addressed to us alone, past the bus's filter of broadcasts.
        QDBusMessage message = QDBusMessage::createTargetedSignal(app.bus.baseService(), FakeNotifications::path(),
                                                                  FakeNotifications::service(), signal);
        message.setArguments(arguments);
        forger.bus.send(message);
    };
    forge(QStringLiteral("ActivationToken"), {1U, QStringLiteral("forged")});
    forge(QStringLiteral("ActionInvoked"), {1U, QStringLiteral("deny")});
    forge(QStringLiteral("NotificationClosed"), {1U, 2U});
    forger.flush();
    fake.invoke(1, QStringLiteral("review"));
    QTRY_COMPARE(closings.size(), 1);
    QCOMPARE(actions.size(), 1);
    QCOMPARE(actions[0][1].toString(), QStringLiteral("review"));
    QCOMPARE(actions[0][2].toString(), QString());
}

void TestNotificationServer::oldServerIsNotHeard() {
    const OwnConnection app(QStringLiteral("app"));
    FakeNotifications first(QStringLiteral("first"));
    FakeNotifications second(QStringLiteral("second"));
    QVERIFY(first.own());
    NotificationServer server(app.bus);
    waitFor(server, NotificationServer::State::Present);
    first.leave();
    QVERIFY(second.own());
    QTRY_COMPARE(server.owner(), second.uniqueName());
    waitFor(server, NotificationServer::State::Present);
    QSignalSpy actions(&server, &NotificationServer::actionInvoked);
    first.invoke(1, QStringLiteral("deny"));
    second.invoke(1, QStringLiteral("review"));
    QTRY_COMPARE(actions.size(), 1);
    QCOMPARE(actions[0][1].toString(), QStringLiteral("review"));
}

void TestNotificationServer::tokenComesWithItsAction() {
    const OwnConnection app(QStringLiteral("app"));
    FakeNotifications fake(QStringLiteral("fake"));
    QVERIFY(fake.own());
    NotificationServer server(app.bus);
    waitFor(server, NotificationServer::State::Present);
    QSignalSpy actions(&server, &NotificationServer::actionInvoked);
    fake.invoke(3, QStringLiteral("default"), QStringLiteral("token-3"));
    fake.invoke(3, QStringLiteral("default"));
    fake.say(QStringLiteral("ActivationToken"), {4U, QStringLiteral("token-4")});
    fake.invoke(5, QStringLiteral("default"));
    QTRY_COMPARE(actions.size(), 3);
    QCOMPARE(actions[0][2].toString(), QStringLiteral("token-3"));
    QCOMPARE(actions[1][2].toString(), QString());
    QCOMPARE(actions[2][2].toString(), QString());
}

void TestNotificationServer::hungServerShowsNothing() {
    const OwnConnection app(QStringLiteral("app"));
    FakeNotifications fake(QStringLiteral("fake"));
    fake.hangs = true;
    QVERIFY(fake.own());
    NotificationServer server(app.bus);
    waitFor(server, NotificationServer::State::Present);
    std::optional<std::uint32_t> id;
    server.notify({}, 0, this, [&id](std::uint32_t got) { id = got; });
    QTRY_COMPARE_WITH_TIMEOUT(id.value_or(7), 0U, 10'000);
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestNotificationServer)
#include "tst_notificationserver.moc"
