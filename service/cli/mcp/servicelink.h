#pragma once

#include "service/cli/mcp/shim.h"
#include "shared/wire/frame.h"
#include "shared/wire/shimmessages.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <chrono>
#include <memory>
#include <optional>

namespace exeat {

/** Whether lines of the service are read just now: not while the client does not read ours. */
enum class Reading { Paused, On };

/**
 * The shim's connection to mcp.sock: connects when asked, starts the service if nobody listens, says hello. Main
 * thread only.
 */
class ServiceLink : public QObject {
    Q_OBJECT
public:
    explicit ServiceLink(const ShimOptions& options, QObject* parent = nullptr);

    /** Begins to connect; `ready` or `lost` follows, never from inside this call. */
    void open(const std::string& resumedInitialize);
    bool isReady() const { return m_channel && m_welcomed; }
    void send(std::string_view line);
    std::size_t queuedBytes() const { return m_channel ? m_channel->queuedBytes() : 0; }
    void setReading(Reading reading);

signals:
    void ready();
    void received(const std::string& line);
    /** Connection refused or broken; nothing more comes until open(). `why` is complete English. */
    void lost(const std::string& why);
    /** Queued bytes were written. */
    void drained();

private:
    void tryConnect();
    void connected(UniqueFd socket);
    void welcomed();
    void readFrames();
    void takeFrames();
    void flush();
    void dropChannel();
    void refuse(const wire::ShimRefused& refused);
    void close(const std::string& why);
    wire::ShimHello hello() const;

    const ShimOptions& m_options;
    std::string m_resumedInitialize;
    std::optional<wire::FdChannel> m_channel;
    std::unique_ptr<QSocketNotifier> m_readable;
    std::unique_ptr<QSocketNotifier> m_writable;
    QTimer m_retry;
    std::chrono::steady_clock::time_point m_giveUp;
    bool m_startAsked = false;
    bool m_welcomed = false;
    Reading m_reading = Reading::On;
};

} // namespace exeat
