#pragma once

#include "service/cli/mcp/inflight.h"
#include "service/cli/mcp/linebuffer.h"
#include "service/cli/mcp/lineoutput.h"
#include "service/cli/mcp/servicelink.h"

#include <QObject>
#include <QSocketNotifier>

namespace exeat {

/**
 * Standard input <-> service. Input is read only as fast as the service takes it, the service only as fast as the
 * client does. When the service is lost, each request in flight is answered with an error and the next line
 * connects again. Ends the application.
 */
class Relay : public QObject {
    Q_OBJECT
public:
    explicit Relay(const ShimOptions& options, QObject* parent = nullptr);

private:
    void readInput();
    /** Hands on what was read, connecting first if need be. */
    void forward();
    void serviceLost(const std::string& why);
    void toClient(std::string_view line);
    void flushOutput();
    void balance();

    enum class State { Idle, Connecting, Ready };
    ServiceLink m_service;
    LineBuffer m_input;
    LineOutput m_output;
    InFlight m_inFlight;
    QSocketNotifier m_readable;
    QSocketNotifier m_writable;
    State m_state = State::Idle;
    std::string m_first; ///< the line that made us connect
};

} // namespace exeat
