#pragma once

#include "shared/qt/framesocket.h"
#include "shared/qt/serviceconnection.h"
#include "shared/wire/controlmessages.h"

#include <QObject>

#include <memory>

namespace exeat {

/**
 * A program's talk with control.sock: connects (starting the service if need be), says hello, then passes messages.
 * After `lost` nothing comes any more.
 */
class ControlClient : public QObject {
    Q_OBJECT
public:
    ControlClient(const RuntimePaths& paths, wire::ClientKind kind, QObject* parent = nullptr);
    void open();
    void send(const wire::ControlRequest& message);
    void close();

signals:
    void ready(const exeat::wire::ControlWelcome& welcome);
    void received(const exeat::wire::ControlReply& reply);
    void lost(const QString& why);

private:
    void use(QLocalSocket* socket);
    void receive(const QByteArray& payload);
    void lose(const QString& why);

    ServiceConnection m_connection;
    wire::ClientKind m_kind;
    FrameSocket* m_socket = nullptr; ///< child
    bool m_lost = false;
};

} // namespace exeat
