#include "service/cli/mcp/shim.h"

#include "service/cli/mcp/relay.h"

#include <QCoreApplication>

#include <csignal>

namespace exeat {

int runShim(const ShimOptions& options) {
    // Ended by the default action at any moment: the service notices the closed connection and ends the runs.
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        std::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    Relay relay(options);
    return QCoreApplication::exec();
}

} // namespace exeat
