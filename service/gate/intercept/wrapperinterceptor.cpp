#include "service/gate/intercept/wrapperinterceptor.h"

#include "service/gate/intercept/helperanswers.h"
#include "shared/base/limits.h"

#include <array>
#include <cstring>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace exeat::gate {

/** One helper: first it is read, then it waits for its answer and is only watched for its end. */
struct WrapperInterceptor::Caller {
    explicit Caller(UniqueFd socket) : stream(std::move(socket)) {}
    PeerStream stream;
    pid_t pid = 0;
    HelperProtocol protocol = HelperProtocol::Binary;
    EventLoop::WatchId watch = 0;
    EventLoop::TimerId deadline = 0;
    bool claimed = false;
    bool toldOutside = false;
    std::size_t counted = 0; ///< its share of m_heldBytes
};

namespace {

/** Callers taken from the socket in one turn of the loop, so that a flood does not starve the others. */
constexpr int callersPerTurn = 32;

bool isUnixStream(const UniqueFd& fd) {
    int type = 0;
    int domain = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_STREAM)
        return false;
    size = sizeof domain;
    return ::getsockopt(fd.get(), SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

/** Who made the socket pair, in our pid namespace (unix(7)); 0 if the kernel does not say. */
pid_t creatorOf(int fd) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 ? credentials.pid : 0;
}

} // namespace

Result<std::unique_ptr<WrapperInterceptor>> WrapperInterceptor::create(EventLoop& loop, UniqueFd socket,
                                                                       ExecListener& listener) {
    auto made = std::unique_ptr<WrapperInterceptor>(new WrapperInterceptor(loop, std::move(socket), listener));
    auto watch =
        loop.watch(made->m_socket.get(), EPOLLIN, [self = made.get()](std::uint32_t) { self->receiveCallers(); });
    if (!watch)
        return std::unexpected(watch.error());
    made->m_watch = *watch;
    return made;
}

WrapperInterceptor::WrapperInterceptor(EventLoop& loop, UniqueFd socket, ExecListener& listener)
    : m_loop(loop), m_socket(std::move(socket)), m_listener(listener) {}

WrapperInterceptor::~WrapperInterceptor() {
    m_loop.unwatch(m_watch);
    while (!m_callers.empty())
        forget(m_callers.begin()->first);
}

void WrapperInterceptor::receiveCallers() {
    for (int i = 0; i < callersPerTurn; ++i) {
        if (!receiveCaller())
            return;
    }
}

bool WrapperInterceptor::receiveCaller() {
    char byte = 0;
    // Room for two descriptors, so that a second one is noticed; more than that the kernel closes and reports.
    alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> control;
    iovec part{&byte, 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(m_socket.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0)
        return errno == EINTR;
    std::vector<UniqueFd> fds;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        for (std::size_t i = 0; i < (header->cmsg_len - CMSG_LEN(0)) / sizeof(int); ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
            fds.emplace_back(fd);
        }
    }
    if (got == 0 && fds.empty()) {
        // Every end inside is closed (or shut down): nobody can ask any more.
        m_loop.unwatch(m_watch);
        return false;
    }
    const bool wellFormed = got == 1 && (message.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) == 0 && fds.size() == 1;
    if (wellFormed && isUnixStream(fds.front()))
        adopt(std::move(fds.front()));
    return true;
}

void WrapperInterceptor::adopt(UniqueFd stream) {
    if (m_callers.size() >= limits::pendingExecsPerRun) {
        PeerStream refused(std::move(stream));
        (void)refused.sendFramed(answers::deny(HelperProtocol::Binary, "Too many programs of this run wait for an "
                                                                       "answer; start fewer at once."));
        return;
    }
    const ExecId exec{++m_lastExec};
    auto caller = std::make_unique<Caller>(std::move(stream));
    caller->pid = creatorOf(caller->stream.fd());
    m_callers.emplace(exec, std::move(caller));
    readable(exec); // the claim is usually here already, and often answered at once
    const auto found = m_callers.find(exec);
    if (found == m_callers.end())
        return;
    Caller& waiting = *found->second;
    auto watch = m_loop.watch(waiting.stream.fd(), waiting.claimed ? EPOLLRDHUP : EPOLLIN | EPOLLRDHUP,
                              [this, exec](std::uint32_t) { readable(exec); });
    if (!watch)
        return drop(exec);
    waiting.watch = *watch;
    if (!waiting.claimed)
        waiting.deadline = m_loop.after(limits::handshake, [this, exec] { drop(exec); });
}

void WrapperInterceptor::readable(ExecId exec) {
    Caller& caller = *m_callers.at(exec);
    if (caller.claimed)
        return drop(exec); // only watched for its end now
    if (!caller.stream.readSome(PeerFds::Refused))
        return drop(exec);
    m_heldBytes += caller.stream.heldBytes() - caller.counted;
    caller.counted = caller.stream.heldBytes();
    auto payload = caller.stream.take();
    if (!payload)
        return drop(exec);
    if (m_heldBytes > limits::claimBytesPerRun)
        return refuse(exec,
                      "The programs of this run that wait for an answer hold too much memory; start fewer at once.");
    if (!*payload)
        return;
    auto claim = parseClaim(**payload);
    if (!claim || caller.stream.holdsPart())
        return drop(exec);
    caller.claimed = true;
    caller.protocol = claim->protocol;
    m_loop.cancel(caller.deadline);
    // What it sends on is left in the socket; only its end is of interest.
    m_loop.change(caller.watch, EPOLLRDHUP);
    m_listener.claimed(exec, std::move(claim->command), caller.pid);
}

void WrapperInterceptor::goOnInside(ExecId exec) {
    const auto found = m_callers.find(exec);
    if (found != m_callers.end())
        answer(exec, answers::run(found->second->protocol));
}

void WrapperInterceptor::refuse(ExecId exec, const std::string& reason) {
    const auto found = m_callers.find(exec);
    if (found != m_callers.end())
        answer(exec, answers::deny(found->second->protocol, reason));
}

void WrapperInterceptor::answer(ExecId exec, const std::string& frame) {
    (void)m_callers.at(exec)->stream.sendFramed(frame); // a peer that takes no answer gets its end instead
    forget(exec);
}

void WrapperInterceptor::expectOutside(ExecId exec) {
    const auto found = m_callers.find(exec);
    if (found == m_callers.end() || found->second->protocol != HelperProtocol::Binary)
        return;
    // If it cannot be sent, the end of the stream tells.
    found->second->toldOutside =
        found->second->stream.sendFramed(answers::escalate(HelperProtocol::Binary)).has_value();
}

OutsideCaller WrapperInterceptor::takeOutside(ExecId exec) {
    const auto found = m_callers.find(exec);
    if (found == m_callers.end())
        return {};
    const std::unique_ptr<Caller> caller = std::move(found->second);
    m_callers.erase(found);
    m_loop.unwatch(caller->watch);
    m_heldBytes -= caller->counted;
    return {caller->stream.release(), caller->protocol, caller->toldOutside};
}

void WrapperInterceptor::drop(ExecId exec) {
    const bool known = m_callers.at(exec)->claimed;
    forget(exec);
    if (known)
        m_listener.gone(exec);
}

void WrapperInterceptor::forget(ExecId exec) {
    const auto found = m_callers.find(exec);
    m_loop.unwatch(found->second->watch);
    m_loop.cancel(found->second->deadline);
    m_heldBytes -= found->second->counted;
    m_callers.erase(found);
}

} // namespace exeat::gate
