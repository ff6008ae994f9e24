#include "shared/qt/framesocket.h"

#include <sys/socket.h>

namespace exeat {
namespace {

ucred peerCredentials(const QLocalSocket& socket) {
    ucred peer{0, static_cast<uid_t>(-1), static_cast<gid_t>(-1)};
    socklen_t size = sizeof peer;
    ::getsockopt(static_cast<int>(socket.socketDescriptor()), SOL_SOCKET, SO_PEERCRED, &peer, &size);
    return peer;
}

} // namespace

FrameSocket::FrameSocket(QLocalSocket* socket, QObject* parent) : QObject(parent), m_socket(socket) {
    socket->setParent(this);
    connect(socket, &QLocalSocket::readyRead, this, &FrameSocket::readAvailable);
    connect(socket, &QLocalSocket::disconnected, this,
            [this] { drop(QStringLiteral("the other side closed the connection")); });
    connect(socket, &QLocalSocket::errorOccurred, this, [this] { drop(m_socket->errorString()); });
    if (socket->bytesAvailable() > 0)
        QMetaObject::invokeMethod(this, &FrameSocket::readAvailable, Qt::QueuedConnection);
}

void FrameSocket::send(std::string_view payload) {
    if (!m_open)
        return;
    if (m_socket->bytesToWrite() > static_cast<qint64>(limits::unreadBytes)) {
        drop(QStringLiteral("the other side does not read"));
        return;
    }
    const std::string bytes = wire::frame(payload);
    m_socket->write(bytes.data(), static_cast<qint64>(bytes.size()));
    m_socket->flush();
}

void FrameSocket::finish() {
    if (m_open)
        m_socket->disconnectFromServer();
}

void FrameSocket::drop(const QString& why) {
    if (!m_open)
        return;
    m_open = false;
    m_socket->abort();
    // From the event loop: who hears it ends what may be in the middle of a send().
    QMetaObject::invokeMethod(this, [this, why] { emit closed(why); }, Qt::QueuedConnection);
}

pid_t FrameSocket::peerPid() const {
    return peerCredentials(*m_socket).pid;
}

uid_t FrameSocket::peerUid() const {
    return peerCredentials(*m_socket).uid;
}

void FrameSocket::readAvailable() {
    if (!m_open)
        return;
    const QByteArray bytes = m_socket->readAll();
    m_reader.feed({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    while (m_open) {
        auto payload = m_reader.take();
        if (!payload) {
            drop(QString::fromStdString(payload.error().text));
            return;
        }
        if (!*payload)
            return;
        emit received(QByteArray((*payload)->data(), static_cast<qsizetype>((*payload)->size())));
    }
}

} // namespace exeat
