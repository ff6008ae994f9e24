#pragma once

#include "service/mcp/mcpservices.h"
#include "shared/base/uniquefd.h"

#include <QLocalServer>
#include <QObject>

#include <memory>
#include <string>

namespace exeat::mcp {

/** mcp.sock: one ShimPeer per `exeat mcp`. Only this user may connect. Main thread only. */
class ShimListener : public QObject {
    Q_OBJECT
public:
    /** Listens on `path`; a socket left behind by a dead service is replaced (the caller holds the service's lock). */
    static Result<std::unique_ptr<ShimListener>> create(const std::string& path, McpServices services);
    /** A listening socket of the service manager (sd_listen_fds(3)); owned from here on. */
    static Result<std::unique_ptr<ShimListener>> adopt(UniqueFd socket, McpServices services);

private:
    explicit ShimListener(McpServices services);
    void acceptAll();

    McpServices m_services;
    QLocalServer m_server;
};

} // namespace exeat::mcp
