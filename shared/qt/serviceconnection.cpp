#include "shared/qt/serviceconnection.h"

#include "shared/base/limits.h"
#include "shared/qt/servicestarter.h"

#include <algorithm>

namespace exeat {
namespace {

constexpr std::chrono::milliseconds longestPause{200};

} // namespace

ServiceConnection::ServiceConnection(RuntimePaths paths, std::string socketPath, QObject* parent)
    : QObject(parent), m_paths(std::move(paths)), m_socketPath(std::move(socketPath)) {
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &ServiceConnection::attempt);
}

void ServiceConnection::open() {
    m_retry.start(0);
}

void ServiceConnection::attempt() {
    auto* socket = new QLocalSocket(this);
    connect(socket, &QLocalSocket::connected, this, [this, socket] {
        socket->disconnect(this);
        socket->setParent(nullptr);
        emit opened(socket);
    });
    connect(socket, &QLocalSocket::errorOccurred, this, [this, socket] {
        socket->disconnect(this);
        socket->deleteLater();
        giveUpOrRetry(socket->errorString());
    });
    socket->connectToServer(QString::fromLocal8Bit(m_socketPath.c_str()));
}

void ServiceConnection::giveUpOrRetry(const QString& reason) {
    if (!m_started) {
        m_started = true;
        m_sinceStart.start();
        if (auto started = startService(m_paths); !started) {
            emit failed(QString::fromStdString(started.error().text));
            return;
        }
    }
    if (std::chrono::milliseconds(m_sinceStart.elapsed()) > limits::serviceStart) {
        emit failed(QStringLiteral("exeatd was started but does not listen on %1 (%2); run `exeat doctor`, or start "
                                   "exeatd in a terminal to see why")
                        .arg(QString::fromLocal8Bit(m_socketPath.c_str()), reason));
        return;
    }
    m_retry.start(m_pause);
    m_pause = std::min(m_pause * 2, longestPause);
}

} // namespace exeat
