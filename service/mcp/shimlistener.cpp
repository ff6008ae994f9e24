#include "service/mcp/shimlistener.h"

#include "service/mcp/shimpeer.h"

#include <QLocalSocket>

namespace exeat::mcp {

ShimListener::ShimListener(McpServices services) : m_services(std::move(services)) {
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &ShimListener::acceptAll);
}

Result<std::unique_ptr<ShimListener>> ShimListener::create(const std::string& path, McpServices services) {
    std::unique_ptr<ShimListener> listener(new ShimListener(std::move(services)));
    const QString name = QString::fromStdString(path);
    QLocalServer::removeServer(name);
    if (!listener->m_server.listen(name))
        return fail(ErrorKind::System,
                    "cannot listen on " + path + ": " + listener->m_server.errorString().toStdString());
    return listener;
}

Result<std::unique_ptr<ShimListener>> ShimListener::adopt(UniqueFd socket, McpServices services) {
    std::unique_ptr<ShimListener> listener(new ShimListener(std::move(services)));
    if (!listener->m_server.listen(socket.get()))
        return fail(ErrorKind::System, "cannot listen on the socket of the service manager: " +
                                           listener->m_server.errorString().toStdString());
    (void)socket.release(); // QLocalServer closes it
    return listener;
}

void ShimListener::acceptAll() {
    while (QLocalSocket* socket = m_server.nextPendingConnection())
        new ShimPeer(socket, m_services, this); // deletes itself when the shim is gone
}

} // namespace exeat::mcp
