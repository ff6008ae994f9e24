#include "shared/qt/controlclient.h"

#include "shared/wire/codec.h"

namespace exeat {

ControlClient::ControlClient(const RuntimePaths& paths, wire::ClientKind kind, QObject* parent)
    : QObject(parent), m_connection(paths, paths.controlSocket), m_kind(kind) {
    connect(&m_connection, &ServiceConnection::opened, this, &ControlClient::use);
    connect(&m_connection, &ServiceConnection::failed, this, &ControlClient::lose);
}

void ControlClient::open() {
    m_connection.open();
}

void ControlClient::use(QLocalSocket* socket) {
    m_socket = new FrameSocket(socket, this);
    connect(m_socket, &FrameSocket::received, this, &ControlClient::receive);
    connect(m_socket, &FrameSocket::closed, this, &ControlClient::lose);
    send(wire::ControlHello{wire::protocolVersion, m_kind});
}

void ControlClient::send(const wire::ControlRequest& message) {
    if (m_socket != nullptr)
        m_socket->send(wire::encode(message));
}

void ControlClient::close() {
    m_lost = true;
    if (m_socket != nullptr)
        m_socket->finish();
}

void ControlClient::receive(const QByteArray& payload) {
    const auto reply = wire::decodeControlReply({payload.constData(), static_cast<std::size_t>(payload.size())});
    if (!reply) {
        m_socket->drop(QStringLiteral("the service sent something that this program does not understand; end exeatd "
                                      "and try again"));
        return;
    }
    if (const auto* welcome = std::get_if<wire::ControlWelcome>(&*reply)) {
        emit ready(*welcome);
        return;
    }
    const auto* failed = std::get_if<wire::RequestFailed>(&*reply);
    if (failed != nullptr && failed->request == 0) { // the connection itself is refused
        lose(QString::fromStdString(failed->text));
        return;
    }
    emit received(*reply);
}

void ControlClient::lose(const QString& why) {
    if (m_lost)
        return;
    m_lost = true;
    emit lost(why);
}

} // namespace exeat
