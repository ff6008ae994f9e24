#include "service/cli/mcp/servicelink.h"

#include "service/cli/mcp/shimlog.h"
#include "shared/base/limits.h"
#include "shared/wire/codec.h"

#include <cstring>
#include <filesystem>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace exeat {
namespace {

using namespace std::chrono_literals;
constexpr auto retryEvery = 10ms;

/** connect(2) on a local stream socket does not wait for the other side, only for room in its queue. */
Result<UniqueFd> connectLocal(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return fail(ErrorKind::Invalid,
                    "the path " + path + " is too long for a socket; set a shorter XDG_RUNTIME_DIR");
    std::memcpy(address.sun_path, path.data(), path.size());
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket)
        return failErrno("cannot make a socket");
    sockaddr* generic = reinterpret_cast<sockaddr*>(&address);
    if (::connect(socket.get(), generic, sizeof address) < 0)
        return failErrno("cannot connect to " + path);
    return socket;
}

} // namespace

ServiceLink::ServiceLink(const ShimOptions& options, QObject* parent) : QObject(parent), m_options(options) {
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &ServiceLink::tryConnect);
}

void ServiceLink::open(const std::string& resumedInitialize) {
    m_resumedInitialize = resumedInitialize;
    m_startAsked = false;
    m_giveUp = std::chrono::steady_clock::now() + limits::serviceStart;
    m_retry.start(0ms);
}

void ServiceLink::tryConnect() {
    auto socket = connectLocal(m_options.mcpSocket);
    if (socket) {
        connected(std::move(*socket));
        return;
    }
    if (std::chrono::steady_clock::now() >= m_giveUp) {
        emit lost("The Exeat service did not start: " + socket.error().text +
                  ". Run `exeat doctor` in a terminal, then try again.");
        return;
    }
    // A full queue (EAGAIN) means that it runs and is busy.
    if (!m_startAsked && socket.error().errnum != EAGAIN) {
        m_startAsked = true;
        shimLog(ShimLogLevel::Info, "starting the service");
        m_options.startService();
    }
    m_retry.start(retryEvery);
}

void ServiceLink::connected(UniqueFd socket) {
    m_channel.emplace(std::move(socket));
    m_readable = std::make_unique<QSocketNotifier>(m_channel->fd(), QSocketNotifier::Read);
    m_writable = std::make_unique<QSocketNotifier>(m_channel->fd(), QSocketNotifier::Write);
    connect(m_readable.get(), &QSocketNotifier::activated, this, &ServiceLink::readFrames);
    connect(m_writable.get(), &QSocketNotifier::activated, this, &ServiceLink::flush);
    m_channel->send(wire::encode(hello()));
    flush();
}

void ServiceLink::welcomed() {
    m_welcomed = true;
    m_readable->setEnabled(m_reading == Reading::On);
    emit ready();
}

wire::ShimHello ServiceLink::hello() const {
    wire::ShimHello hello;
    hello.version = wire::protocolVersion;
    std::error_code error;
    hello.workdir = std::filesystem::current_path(error).string();
    for (char** entry = ::environ; *entry != nullptr; ++entry)
        hello.environment.emplace_back(*entry);
    hello.bashPath = m_options.bashPath;
    hello.execHelperPath = m_options.execHelperPath;
    hello.preserveProgramPaths = m_options.preserveProgramPaths;
    hello.resumedInitialize = m_resumedInitialize;
    return hello;
}

void ServiceLink::send(std::string_view line) {
    if (!m_channel)
        return;
    m_channel->send(wire::encode(wire::McpLine{std::string(line)}));
    flush();
}

void ServiceLink::setReading(Reading reading) {
    m_reading = reading;
    if (m_readable && m_welcomed)
        m_readable->setEnabled(reading == Reading::On);
}

void ServiceLink::flush() {
    if (!m_channel)
        return;
    if (auto flushed = m_channel->flush(); !flushed) {
        close(flushed.error().text);
        return;
    }
    m_writable->setEnabled(m_channel->wantsToWrite());
    if (!m_channel->wantsToWrite())
        emit drained();
}

void ServiceLink::readFrames() {
    if (!m_channel)
        return;
    const auto read = m_channel->receive();
    takeFrames(); // what came before the end still counts
    if (m_channel && !read)
        close(read.error().text);
}

void ServiceLink::takeFrames() {
    while (m_channel) {
        const auto payload = m_channel->take();
        if (!payload) {
            close(payload.error().text);
            return;
        }
        if (!*payload)
            return;
        const auto message = wire::decodeShimMessage(**payload);
        const auto* line = message ? std::get_if<wire::McpLine>(&*message) : nullptr;
        const auto* refused = message ? std::get_if<wire::ShimRefused>(&*message) : nullptr;
        const bool isWelcome = message && std::holds_alternative<wire::ShimWelcome>(*message);
        if (line != nullptr && m_welcomed)
            emit received(line->json);
        else if (isWelcome && !m_welcomed)
            welcomed();
        else if (refused != nullptr)
            refuse(*refused);
        else
            close("the service sent what is no message");
    }
}

void ServiceLink::dropChannel() {
    for (auto* notifier : {&m_readable, &m_writable}) {
        (*notifier)->setEnabled(false);
        notifier->release()->deleteLater(); // later: this may run inside its own signal
    }
    m_channel.reset();
    m_welcomed = false;
}

void ServiceLink::close(const std::string& why) {
    const bool wasWelcomed = m_welcomed;
    dropChannel();
    shimLog(ShimLogLevel::Info, why);
    // A service that ends while its socket still takes connections has heard nothing of ours.
    if (!wasWelcomed && std::chrono::steady_clock::now() < m_giveUp)
        m_retry.start(retryEvery);
    else
        emit lost(why);
}

void ServiceLink::refuse(const wire::ShimRefused& refused) {
    dropChannel();
    emit lost("The Exeat service refused: " + refused.text);
}

} // namespace exeat
