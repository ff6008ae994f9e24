#include "service/run/gateprocess.h"

#include "service/run/spawn.h"
#include "shared/base/process.h"
#include "shared/wire/codec.h"

#include <csignal>

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat {
namespace {

constexpr int socketNumber = 3;
/** What an idle gate needs to end takes milliseconds; only at our own end do we wait for it. */
constexpr int orderlyEndMilliseconds = 500;

/** The gate's own environment decides nothing for commands (GateConfig does); only what its tools need. */
std::vector<std::string> gateEnvironment() {
    std::vector<std::string> environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                            "LANG=C.UTF-8"};
    if (const char* filter = std::getenv("EXEAT_LOG")) // NOLINT(concurrency-mt-unsafe): never set by us
        environment.push_back(std::string("EXEAT_LOG=") + filter);
    return environment;
}

} // namespace

Result<std::unique_ptr<GateProcess>> GateProcess::start(const std::string& program, const wire::GateConfig& config,
                                                        Orphans& orphans) {
    auto sockets = makeSocketPair(SOCK_STREAM);
    if (!sockets)
        return std::unexpected(sockets.error());
    if (auto set = setNonBlocking(sockets->ours); !set)
        return std::unexpected(set.error());
    SpawnRequest request;
    request.file = program;
    request.argv = {program, std::to_string(socketNumber)};
    request.environment = gateEnvironment();
    request.inherited = {{STDERR_FILENO, STDERR_FILENO}, {socketNumber, sockets->theirs.get()}};
    auto child = spawn(request);
    if (!child)
        return std::unexpected(child.error());
    orphans.expect(child->pid);
    std::unique_ptr<GateProcess> gate(
        new GateProcess(child->pid, std::move(child->pidfd), std::move(sockets->ours), orphans));
    gate->send(config);
    return gate;
}

GateProcess::GateProcess(pid_t pid, UniqueFd pidfd, UniqueFd socket, Orphans& orphans)
    : m_pid(pid), m_pidfd(std::move(pidfd)), m_channel(std::move(socket)), m_orphans(orphans),
      m_readable(m_channel.fd(), QSocketNotifier::Read), m_writable(m_channel.fd(), QSocketNotifier::Write),
      m_ended(m_pidfd.get(), QSocketNotifier::Read) {
    m_writable.setEnabled(false);
    connect(&m_readable, &QSocketNotifier::activated, this, &GateProcess::readAvailable);
    connect(&m_writable, &QSocketNotifier::activated, this, &GateProcess::writePossible);
    // What it still said before its end is read first; the end of file follows and tells.
    connect(&m_ended, &QSocketNotifier::activated, this, [this] {
        m_ended.setEnabled(false);
        readAvailable();
        giveUp(QStringLiteral("the supervisor of this session ended unexpectedly"));
    });
}

GateProcess::~GateProcess() {
    if (m_pid != 0) {
        finish();
        pollfd over{m_pidfd.get(), POLLIN, 0};
        ::poll(&over, 1, orderlyEndMilliseconds);
    }
    end();
    reap();
}

void GateProcess::finish() {
    ::shutdown(m_channel.fd(), SHUT_WR);
}

void GateProcess::end() {
    if (m_pidfd)
        killProcess(m_pidfd);
}

void GateProcess::reap() {
    if (m_pid == 0)
        return;
    // A killed process ends within the kernel's own time; waiting for it is not waiting for any peer.
    while (::waitpid(m_pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    m_orphans.forget(m_pid);
    m_pid = 0;
    m_orphans.sweep();
}

void GateProcess::send(const wire::ToGate& message, std::vector<UniqueFd> fds) {
    if (m_lost)
        return;
    std::string bytes = wire::encode(message);
    if (bytes.size() > limits::frameBytes || m_channel.queuedBytes() > limits::unreadBytes) {
        QMetaObject::invokeMethod(
            this, [this] { giveUp(QStringLiteral("the supervisor does not take what it is sent")); },
            Qt::QueuedConnection);
        return;
    }
    m_channel.send(bytes, std::move(fds));
    // A dead socket shows as end of file in the event loop; nobody is told from inside send().
    (void)m_channel.flush();
    m_writable.setEnabled(m_channel.wantsToWrite());
}

void GateProcess::writePossible() {
    if (!m_channel.flush())
        giveUp(QStringLiteral("the supervisor of this session is gone"));
    m_writable.setEnabled(!m_lost && m_channel.wantsToWrite());
}

void GateProcess::readAvailable() {
    if (m_lost)
        return;
    const auto got = m_channel.receive();
    while (!m_lost) {
        auto payload = m_channel.take();
        if (!payload) {
            giveUp(QString::fromStdString(payload.error().text));
            return;
        }
        if (!*payload)
            break;
        auto message = wire::decodeFromGate(**payload);
        if (!message) {
            giveUp(QString::fromStdString("the supervisor sent " + message.error().text));
            return;
        }
        emit received(*message);
    }
    if (!got)
        giveUp(QStringLiteral("the supervisor of this session ended unexpectedly"));
}

void GateProcess::giveUp(const QString& why) {
    if (m_lost)
        return;
    m_lost = true;
    m_readable.setEnabled(false);
    m_writable.setEnabled(false);
    m_ended.setEnabled(false);
    end();
    reap();
    emit lost(why);
}

} // namespace exeat
