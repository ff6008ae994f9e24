#include "service/gate/keeper/keeperclient.h"

#include "service/gate/keeper/keeper.h"
#include "shared/base/limits.h"
#include "shared/base/process.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat::gate {

Result<std::unique_ptr<KeeperClient>> KeeperClient::create(EventLoop& loop, Events events) {
    auto pair = makeSocketPair(SOCK_STREAM);
    if (!pair)
        return std::unexpected(pair.error());
    const pid_t pid = ::fork();
    if (pid < 0)
        return failErrno("cannot start the keeper of a run's commands");
    if (pid == 0)
        keeperMain(pair->theirs.get());
    auto pidfd = openPidfd(pid);
    if (!pidfd)
        return std::unexpected(pidfd.error()); // the closing socket ends it
    auto client = std::unique_ptr<KeeperClient>(
        new KeeperClient(loop, std::move(pair->ours), pid, std::move(*pidfd), std::move(events)));
    KeeperClient* self = client.get();
    auto channel = loop.watch(self->m_channel.fd(), EPOLLIN, [self](std::uint32_t) { self->ready(); });
    if (!channel)
        return std::unexpected(channel.error());
    self->m_channelWatch = *channel;
    auto end = loop.watch(self->m_pidfd.get(), EPOLLIN, [self](std::uint32_t) { self->ended(); });
    if (!end)
        return std::unexpected(end.error());
    self->m_endWatch = *end;
    return client;
}

KeeperClient::KeeperClient(EventLoop& loop, UniqueFd socket, pid_t pid, UniqueFd pidfd, Events events)
    : m_loop(loop), m_channel(std::move(socket), 2 * limits::frameBytes), m_pid(pid), m_pidfd(std::move(pidfd)),
      m_events(std::move(events)) {}

KeeperClient::~KeeperClient() {
    m_loop.unwatch(m_channelWatch);
    m_loop.unwatch(m_endWatch);
}

void KeeperClient::send(const ToKeeper& message, std::vector<UniqueFd> fds) {
    m_channel.send(wire::encodeVariant(message), std::move(fds));
    flush();
}

void KeeperClient::flush() {
    (void)m_channel.flush(); // its end is told by the pidfd
    m_loop.change(m_channelWatch, m_channel.wantsToWrite() ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void KeeperClient::ready() {
    const auto got = m_channel.receive();
    for (;;) {
        auto payload = m_channel.take();
        if (!payload || !*payload)
            break;
        if (const auto message = wire::decodeVariant<FromKeeper>(**payload))
            m_events.told(*message);
    }
    if (!got) {
        m_loop.unwatch(m_channelWatch);
        return;
    }
    if (m_channel.wantsToWrite())
        flush();
}

void KeeperClient::ended() {
    (void)m_channel.receive(); // its last words may still be in the socket
    ready();
    int status = 0;
    ::waitpid(m_pid, &status, 0);
    m_loop.unwatch(m_endWatch);
    m_loop.unwatch(m_channelWatch);
    const auto gone = m_events.gone; // the owner may delete us in it
    gone(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

} // namespace exeat::gate
