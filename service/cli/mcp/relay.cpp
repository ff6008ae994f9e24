#include "service/cli/mcp/relay.h"

#include "service/cli/mcp/shimlog.h"

#include <QCoreApplication>

#include <array>

#include <unistd.h>

namespace exeat {
namespace {

/** Held for the other side before we stop reading. */
constexpr std::size_t heldBytes = std::size_t{1} << 20;

} // namespace

Relay::Relay(const ShimOptions& options, QObject* parent)
    : QObject(parent), m_service(options), m_output(STDOUT_FILENO), m_readable(STDIN_FILENO, QSocketNotifier::Read),
      m_writable(STDOUT_FILENO, QSocketNotifier::Write) {
    m_writable.setEnabled(false);
    connect(&m_readable, &QSocketNotifier::activated, this, &Relay::readInput);
    connect(&m_writable, &QSocketNotifier::activated, this, &Relay::flushOutput);
    connect(&m_service, &ServiceLink::ready, this, [this] {
        m_state = State::Ready;
        m_service.send(std::exchange(m_first, {}));
        forward();
    });
    connect(&m_service, &ServiceLink::lost, this, &Relay::serviceLost);
    connect(&m_service, &ServiceLink::drained, this, &Relay::balance);
    connect(&m_service, &ServiceLink::received, this, [this](const std::string& line) {
        m_inFlight.answered(line);
        toClient(line);
    });
}

void Relay::readInput() {
    std::array<char, 65536> bytes{};
    const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0) {
        m_readable.setEnabled(false);
        QCoreApplication::exit(0);
        return;
    }
    m_input.feed({bytes.data(), static_cast<std::size_t>(got)});
    forward();
}

void Relay::forward() {
    while (m_state != State::Connecting) {
        const LineBuffer::Taken taken = m_input.take();
        if (std::holds_alternative<LineBuffer::Nothing>(taken))
            break;
        if (std::holds_alternative<LineBuffer::TooLong>(taken)) {
            toClient(mcp::printJson(mcp::errorMessage(
                std::nullopt, {mcp::RpcCode::InvalidRequest,
                               "a line is longer than " + std::to_string(limits::jsonLineBytes) + " bytes", nullptr})));
            continue;
        }
        const auto& line = std::get<std::string>(taken);
        m_inFlight.sent(line);
        if (m_state == State::Ready) {
            m_service.send(line);
        } else {
            m_first = line;
            m_state = State::Connecting;
            m_service.open(m_inFlight.initializeParams());
        }
    }
    balance();
}

void Relay::serviceLost(const std::string& why) {
    m_state = State::Idle;
    shimLog(ShimLogLevel::Error, why);
    for (const std::string& line : m_inFlight.failAll("Exeat could not finish this: " + why))
        toClient(line);
    balance();
}

void Relay::toClient(std::string_view line) {
    m_output.add(line);
    flushOutput();
}

void Relay::flushOutput() {
    if (!m_output.flush()) {
        m_readable.setEnabled(false);
        m_writable.setEnabled(false);
        QCoreApplication::exit(1);
        return;
    }
    m_writable.setEnabled(m_output.wantsToWrite());
    balance();
}

void Relay::balance() {
    m_readable.setEnabled(m_state != State::Connecting && m_service.queuedBytes() < heldBytes);
    m_service.setReading(m_output.queuedBytes() < heldBytes ? Reading::On : Reading::Paused);
}

} // namespace exeat
