#include "gui/app/singleinstance.h"

#include <QDBusMessage>
#include <QDBusPendingCall>
#include <QSignalSpy>
#include <QtTest>

using namespace exeat;

namespace {

QDBusConnection connection(const char* name) {
    return QDBusConnection::connectToBus(QDBusConnection::SessionBus, QString::fromLatin1(name));
}

} // namespace

class TestSingleInstance : public QObject {
    Q_OBJECT
private slots:
    void cleanup() {
        QDBusConnection::disconnectFromBus(QStringLiteral("first"));
        QDBusConnection::disconnectFromBus(QStringLiteral("other"));
    }

    void anotherAsksTheFirstForItsWindow() {
        SingleInstance first(connection("first"));
        QCOMPARE(first.claim(), SingleInstance::Role::First);
        QSignalSpy activated(&first, &SingleInstance::activated);
        qputenv("XDG_ACTIVATION_TOKEN", "a token");
        SingleInstance other(connection("other"));
        // Both live in this process, and the first answers from its event loop: a call that waits would wait in vain.
        QDBusMessage call =
            QDBusMessage::createMethodCall(QStringLiteral("org.exeat.Desktop"), QStringLiteral("/org/exeat/Desktop"),
                                           QStringLiteral("org.freedesktop.Application"), QStringLiteral("Activate"));
        call << QVariantMap{{QStringLiteral("activation-token"), QString(1000, QLatin1Char('x'))}};
        connection("other").asyncCall(call);
        QTRY_COMPARE(activated.count(), 1);
        QCOMPARE(activated.front().front().toString().size(), 256);
        QCOMPARE(other.claim(), SingleInstance::Role::Another);
    }

    void theNameIsFreeOnceTheFirstHasEnded() {
        {
            SingleInstance first(connection("first"));
            QCOMPARE(first.claim(), SingleInstance::Role::First);
        }
        QDBusConnection::disconnectFromBus(QStringLiteral("first"));
        SingleInstance other(connection("other"));
        QCOMPARE(other.claim(), SingleInstance::Role::First);
    }

    void withoutABusEachIsTheFirst() {
        SingleInstance alone(QDBusConnection(QStringLiteral("none")));
        QCOMPARE(alone.claim(), SingleInstance::Role::First);
    }

    /** Over the bus a window can be asked for, and nothing else. */
    void nothingElseIsOnTheBus() {
        SingleInstance first(connection("first"));
        QCOMPARE(first.claim(), SingleInstance::Role::First);
        const auto* meta = first.metaObject();
        QStringList slotNames;
        for (int i = meta->methodOffset(); i < meta->methodCount(); ++i) {
            if (meta->method(i).methodType() == QMetaMethod::Slot)
                slotNames.push_back(QString::fromLatin1(meta->method(i).name()));
        }
        QCOMPARE(slotNames, QStringList{QStringLiteral("Activate")});
    }
};

QTEST_GUILESS_MAIN(TestSingleInstance)
#include "tst_singleinstance.moc"
