#pragma once

#include "service/run/orphans.h"
#include "shared/wire/frame.h"
#include "shared/wire/gatemessages.h"

#include <QObject>
#include <QSocketNotifier>

#include <memory>
#include <string>
#include <vector>

namespace exeat {

/**
 * One running exeat-gate: `exeat-gate FD`, a stream socket at FD, nothing else inherited. It ends with the
 * socket, so it cannot outlive us. Destroying it gives it a moment to end in order, then kills it and what it leaves.
 * Main thread only.
 */
class GateProcess : public QObject {
    Q_OBJECT
public:
    /** Starts the program and sends `config`. `orphans` is borrowed. */
    static Result<std::unique_ptr<GateProcess>> start(const std::string& program, const wire::GateConfig& config,
                                                      Orphans& orphans);
    ~GateProcess() override;

    void send(const wire::ToGate& message, std::vector<UniqueFd> fds = {});
    pid_t pid() const { return m_pid; }
    /** Asks it to end in order: it kills what runs and takes away what stood in for missing paths. lost() follows. */
    void finish();
    /** Kills it; lost() follows from the event loop. */
    void end();

signals:
    void received(const exeat::wire::FromGate& message);
    /** Exactly once, with the reason in words; nothing is received afterwards. */
    void lost(const QString& why);

private:
    GateProcess(pid_t pid, UniqueFd pidfd, UniqueFd socket, Orphans& orphans);
    void readAvailable();
    void writePossible();
    void giveUp(const QString& why);
    void reap();

    pid_t m_pid;
    UniqueFd m_pidfd;
    wire::FdChannel m_channel;
    Orphans& m_orphans;
    QSocketNotifier m_readable;
    QSocketNotifier m_writable;
    QSocketNotifier m_ended;
    bool m_lost = false;
};

} // namespace exeat
