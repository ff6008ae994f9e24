#include "service/control/controllistener.h"

#include "shared/base/limits.h"

#include <QLocalSocket>

#include <algorithm>
#include <utility>

namespace exeat {
namespace {

/** Says why before it closes, and belongs to itself from here on. */
void refuseConnection(QLocalSocket* socket, const Error& error) {
    auto* frames = new FrameSocket(socket);
    QObject::connect(frames, &FrameSocket::closed, frames, &QObject::deleteLater);
    frames->send(wire::encode(wire::RequestFailed{0, error.kind, error.text}));
    frames->finish();
}

} // namespace

ControlListener::ControlListener(ControlServices services) : m_services(std::move(services)) {
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &ControlListener::acceptAll);
}

ControlListener::~ControlListener() {
    m_server.close();
    for (ControlConnection* connection : std::exchange(m_connections, {}))
        delete connection; // before m_services, which their runs still use
}

Result<std::unique_ptr<ControlListener>> ControlListener::create(const std::string& path, ControlServices services) {
    std::unique_ptr<ControlListener> listener(new ControlListener(std::move(services)));
    const QString name = QString::fromLocal8Bit(path.c_str());
    QLocalServer::removeServer(name);
    if (!listener->m_server.listen(name))
        return fail(ErrorKind::System,
                    "cannot listen on " + path + ": " + listener->m_server.errorString().toStdString());
    return listener;
}

Result<std::unique_ptr<ControlListener>> ControlListener::adopt(UniqueFd socket, ControlServices services) {
    std::unique_ptr<ControlListener> listener(new ControlListener(std::move(services)));
    if (!listener->m_server.listen(static_cast<qintptr>(socket.get())))
        return fail(ErrorKind::System,
                    "cannot listen on the service manager's socket: " + listener->m_server.errorString().toStdString());
    static_cast<void>(socket.release());
    return listener;
}

DesktopPresence ControlListener::desktop() const {
    const bool there = std::ranges::any_of(m_connections, [](const auto* c) { return c->isDesktop(); });
    return there ? DesktopPresence::Connected : DesktopPresence::Absent;
}

bool ControlListener::isWatched() const {
    return std::ranges::any_of(m_connections, [](const auto* c) { return c->isWatching(); });
}

void ControlListener::acceptAll() {
    while (QLocalSocket* socket = m_server.nextPendingConnection())
        accept(socket);
}

void ControlListener::accept(QLocalSocket* socket) {
    if (m_connections.size() >= limits::controlConnections) {
        refuseConnection(socket, {ErrorKind::Limit, "too many programs are connected; close some and try again", 0});
        return;
    }
    auto peer = PeerIdentity::of(static_cast<int>(socket->socketDescriptor()));
    if (!peer) {
        refuseConnection(socket, peer.error());
        return;
    }
    auto* connection = new ControlConnection(socket, std::move(*peer), m_services, [this] { return desktop(); }, this);
    m_connections.push_back(connection);
    connect(connection, &ControlConnection::closed, this, [this, connection] {
        std::erase(m_connections, connection);
        connection->deleteLater();
    });
}

} // namespace exeat
