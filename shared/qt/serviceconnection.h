#pragma once

#include "shared/qt/runtimepaths.h"

#include <QElapsedTimer>
#include <QLocalSocket>
#include <QObject>
#include <QTimer>

#include <chrono>

namespace exeat {

/**
 * Finds the service at one of its sockets and starts it if nobody listens. Never blocks on the service. Main thread.
 * After open(), exactly one of `opened` and `failed` comes, from the event loop.
 */
class ServiceConnection : public QObject {
    Q_OBJECT
public:
    /** `socketPath`: paths.mcpSocket or paths.controlSocket. */
    ServiceConnection(RuntimePaths paths, std::string socketPath, QObject* parent = nullptr);
    void open();

signals:
    /** The receiver owns the socket from here on (give it to a FrameSocket). */
    void opened(QLocalSocket* socket);
    /** What happened and what to do, for stderr. */
    void failed(const QString& why);

private:
    void attempt();
    void giveUpOrRetry(const QString& reason);

    RuntimePaths m_paths;
    std::string m_socketPath;
    QTimer m_retry;
    QElapsedTimer m_sinceStart;
    std::chrono::milliseconds m_pause{5};
    bool m_started = false;
};

} // namespace exeat
