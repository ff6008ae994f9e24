#include "service/app/activation.h"

#include <cstdlib>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace exeat {

ActivatedSockets activatedSockets() {
    static constexpr int first = 3;
    ActivatedSockets sockets;
    // Read in the main thread before any other thread changes the environment (none does).
    const char* pid = std::getenv("LISTEN_PID");       // NOLINT(concurrency-mt-unsafe)
    const char* number = std::getenv("LISTEN_FDS");    // NOLINT(concurrency-mt-unsafe)
    const char* names = std::getenv("LISTEN_FDNAMES"); // NOLINT(concurrency-mt-unsafe)
    if (pid == nullptr || number == nullptr || names == nullptr || std::to_string(::getpid()) != pid)
        return sockets;
    std::string_view rest = names;
    const int count = std::atoi(number);
    for (int fd = first; fd < first + count && fd < first + 16; ++fd) {
        const std::string_view name = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        if (name == "mcp")
            sockets.mcp = UniqueFd(fd);
        else if (name == "control")
            sockets.control = UniqueFd(fd);
    }
    return sockets;
}

} // namespace exeat
