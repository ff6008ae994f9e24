#pragma once

#include "service/gate/eventloop.h"
#include "service/gate/keeper/keepermessages.h"
#include "shared/wire/frame.h"

#include <functional>
#include <memory>
#include <vector>

#include <sys/types.h>

namespace exeat::gate {

/**
 * The gate's end of one keeper. Destroying it closes the socket, so the keeper kills its tree; gone() is how its own
 * end is told. Main loop only.
 */
class KeeperClient {
public:
    struct Events {
        std::function<void(const FromKeeper&)> told;
        /** It has ended and is reaped; `clean` is false if it was killed, so that orphans may be left to us. */
        std::function<void(bool clean)> gone;
    };

    /** Forks. The gate has one thread. */
    static Result<std::unique_ptr<KeeperClient>> create(EventLoop& loop, Events events);
    ~KeeperClient();

    pid_t pid() const { return m_pid; }
    void send(const ToKeeper& message, std::vector<UniqueFd> fds = {});

private:
    KeeperClient(EventLoop& loop, UniqueFd socket, pid_t pid, UniqueFd pidfd, Events events);
    void ready();
    void ended();
    void flush();

    EventLoop& m_loop;
    wire::FdChannel m_channel;
    pid_t m_pid;
    UniqueFd m_pidfd;
    Events m_events;
    EventLoop::WatchId m_channelWatch = 0;
    EventLoop::WatchId m_endWatch = 0;
};

} // namespace exeat::gate
