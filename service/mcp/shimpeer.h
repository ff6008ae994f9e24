#pragma once

#include "service/mcp/mcpconnection.h"
#include "shared/qt/framesocket.h"
#include "shared/wire/shimmessages.h"

#include <QTimer>

#include <memory>

namespace exeat::mcp {

/**
 * One connected shim: hello within limits::handshake, then lines both ways. Owns the session: it is closed when the
 * shim is gone, and then this object deletes itself. Main thread only.
 */
class ShimPeer : public QObject {
    Q_OBJECT
public:
    /** Takes ownership of the socket. */
    ShimPeer(QLocalSocket* socket, McpServices& services, QObject* parent);
    ~ShimPeer() override;

private:
    void receive(const QByteArray& payload);
    void welcome(const wire::ShimHello& hello);
    void refuse(const std::string& why);
    void end();

    McpServices& m_services;
    FrameSocket m_socket;
    QTimer m_handshake;
    SessionId m_session;
    std::unique_ptr<McpConnection> m_connection;
};

} // namespace exeat::mcp
