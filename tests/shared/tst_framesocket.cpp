#include "shared/base/limits.h"
#include "shared/qt/framesocket.h"

#include <QLocalServer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace exeat;

/** One real pair of local sockets; the other side is a plain QLocalSocket. */
class FrameSocketTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<QLocalServer> m_server;
    std::unique_ptr<QLocalSocket> m_peer;
    std::unique_ptr<FrameSocket> m_socket;

private slots:
    void init() {
        m_server = std::make_unique<QLocalServer>();
        QVERIFY(m_server->listen(m_folder.filePath(QStringLiteral("socket"))));
        m_peer = std::make_unique<QLocalSocket>();
        m_peer->connectToServer(m_server->fullServerName());
        QTRY_VERIFY(m_server->hasPendingConnections());
        m_socket = std::make_unique<FrameSocket>(m_server->nextPendingConnection());
    }
    void cleanup() {
        m_socket.reset();
        m_peer.reset();
        m_server.reset();
    }

    void carriesFrames() {
        const QSignalSpy received(m_socket.get(), &FrameSocket::received);
        m_peer->write(QByteArray::fromStdString(wire::frame("one") + wire::frame("two")));
        QTRY_COMPARE(received.size(), 2);
        QCOMPARE(received[1][0].toByteArray(), QByteArray("two"));
    }
    void saysOnceThatThePeerIsGone() {
        const QSignalSpy closed(m_socket.get(), &FrameSocket::closed);
        m_peer->abort();
        QTRY_COMPARE(closed.size(), 1);
        m_socket->drop(QStringLiteral("again"));
        m_socket->send("into nothing");
        QTest::qWait(0);
        QCOMPARE(closed.size(), 1);
    }
    void nonsenseIsDropped() {
        const QSignalSpy closed(m_socket.get(), &FrameSocket::closed);
        m_peer->write("\xff\xff\xff\xff", 4);
        QTRY_COMPARE(closed.size(), 1);
    }
    /** The owner of a connection ends it on closed(); a send() that found the peer gone must come back first. */
    void isNeverClosedFromInsideASend() {
        bool sending = false;
        bool heardWhileSending = false;
        const QSignalSpy closed(m_socket.get(), &FrameSocket::closed);
        connect(m_socket.get(), &FrameSocket::closed, this, [&] { heardWhileSending = sending; });
        const std::string much(std::size_t{1} << 20, 'x');
        for (std::size_t sent = 0; m_socket->isOpen() && sent <= 2 * limits::unreadBytes; sent += much.size()) {
            sending = true;
            m_socket->send(much);
            sending = false;
        }
        QVERIFY(!m_socket->isOpen());
        QCOMPARE(closed.size(), 0);
        QTRY_COMPARE(closed.size(), 1);
        QVERIFY(!heardWhileSending);
    }
};

QTEST_GUILESS_MAIN(FrameSocketTest)
#include "tst_framesocket.moc"
