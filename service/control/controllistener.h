#pragma once

#include "service/control/controlconnection.h"

#include <QLocalServer>
#include <QObject>

#include <memory>
#include <string>
#include <vector>

namespace exeat {

/** control.sock: one ControlConnection per program of a person. Only this user may connect. Main thread only. */
class ControlListener : public QObject {
    Q_OBJECT
public:
    /** Listens on `path`; a socket left behind by a dead service is replaced (the caller holds the service's lock). */
    static Result<std::unique_ptr<ControlListener>> create(const std::string& path, ControlServices services);
    /** A listening socket of the service manager (sd_listen_fds(3)); owned from here on. */
    static Result<std::unique_ptr<ControlListener>> adopt(UniqueFd socket, ControlServices services);
    ~ControlListener() override;

    /** A desktop program that was proven to be ours is connected: DESIGN.md §8, what others may answer meanwhile. */
    DesktopPresence desktop() const;
    /** Somebody is shown each question as it comes. */
    bool isWatched() const;

private:
    explicit ControlListener(ControlServices services);
    void acceptAll();
    void accept(QLocalSocket* socket);

    ControlServices m_services;
    QLocalServer m_server;
    std::vector<ControlConnection*> m_connections; ///< children
};

} // namespace exeat
