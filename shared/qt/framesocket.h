#pragma once

#include "shared/wire/frame.h"

#include <QByteArray>
#include <QLocalSocket>
#include <QObject>

#include <string_view>

#include <sys/types.h>

namespace exeat {

/**
 * Frames over one QLocalSocket, owned. Main thread only. A peer that sends nonsense or does not read
 * (limits::unreadBytes) is dropped: `closed` comes exactly once, with the reason in words, and from the event loop,
 * never from inside a call of ours.
 */
class FrameSocket : public QObject {
    Q_OBJECT
public:
    /** Takes ownership of a connected or connecting socket. */
    explicit FrameSocket(QLocalSocket* socket, QObject* parent = nullptr);

    void send(std::string_view payload);
    /** Sends what is queued, then closes. */
    void finish();
    /** Closes now. */
    void drop(const QString& why);
    bool isOpen() const { return m_open; }
    /** SO_PEERCRED; 0 if the kernel does not say. The pid is a fact of the moment of connect(2). */
    pid_t peerPid() const;
    uid_t peerUid() const;

signals:
    void received(const QByteArray& payload);
    void closed(const QString& why);

private:
    void readAvailable();

    QLocalSocket* m_socket;
    wire::FrameReader m_reader;
    bool m_open = true;
};

} // namespace exeat
