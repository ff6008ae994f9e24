#include "service/mcp/shimpeer.h"

#include "shared/base/limits.h"
#include "shared/wire/codec.h"

#include <unistd.h>

namespace exeat::mcp {

ShimPeer::ShimPeer(QLocalSocket* socket, McpServices& services, QObject* parent)
    : QObject(parent), m_services(services), m_socket(socket) {
    connect(&m_socket, &FrameSocket::received, this, &ShimPeer::receive);
    connect(&m_socket, &FrameSocket::closed, this, &ShimPeer::end);
    connect(&m_handshake, &QTimer::timeout, this, [this] { m_socket.drop(QStringLiteral("no hello in time")); });
    m_handshake.setSingleShot(true);
    m_handshake.start(limits::handshake);
}

ShimPeer::~ShimPeer() {
    m_connection.reset();
    if (m_session)
        m_services.sessions.close(m_session);
}

void ShimPeer::end() {
    m_connection.reset();
    if (m_session)
        m_services.sessions.close(std::exchange(m_session, {}));
    deleteLater();
}

void ShimPeer::receive(const QByteArray& payload) {
    auto message = wire::decodeShimMessage({payload.constData(), static_cast<std::size_t>(payload.size())});
    if (!message) {
        m_socket.drop(QString::fromStdString(message.error().text));
        return;
    }
    const auto* hello = std::get_if<wire::ShimHello>(&*message);
    const auto* line = std::get_if<wire::McpLine>(&*message);
    if (hello != nullptr && !m_connection)
        welcome(*hello);
    else if (line != nullptr && m_connection)
        m_connection->receive(line->json);
    else
        m_socket.drop(QStringLiteral("a message out of order"));
}

void ShimPeer::welcome(const wire::ShimHello& hello) {
    m_handshake.stop();
    if (hello.version != wire::protocolVersion) {
        refuse("This `exeat mcp` and the running service are of different versions. Restart the agent, and if that "
               "does not help the service (`systemctl --user restart exeatd`, or end the process exeatd).");
        return;
    }
    if (m_socket.peerUid() != ::getuid() || m_socket.peerPid() <= 0) {
        refuse("The service only serves the user it runs as.");
        return;
    }
    if (!hello.workdir.starts_with('/')) {
        refuse("The agent's working directory is not an absolute path.");
        return;
    }
    auto session = m_services.sessions.open(m_socket.peerPid(), hello);
    if (!session) {
        refuse(session.error().text);
        return;
    }
    m_session = *session;
    m_connection = std::make_unique<McpConnection>(m_services, m_session, hello.workdir);
    connect(m_connection.get(), &McpConnection::lineReady, this,
            [this](const QByteArray& line) { m_socket.send(wire::encode(wire::McpLine{line.toStdString()})); });
    m_socket.send(wire::encode(wire::ShimWelcome{wire::protocolVersion}));
    if (!hello.resumedInitialize.empty())
        m_connection->resumeLegacy(hello.resumedInitialize);
}

void ShimPeer::refuse(const std::string& why) {
    m_socket.send(wire::encode(wire::ShimRefused{why}));
    m_socket.finish();
}

} // namespace exeat::mcp
