#pragma once

#include "service/control/controlservices.h"
#include "shared/wire/controlmessages.h"

#include <QObject>
#include <QPointer>

#include <map>
#include <set>

namespace exeat {

/**
 * The runs that one control connection started (`exeat run`), in a session of its own that begins with the first. They
 * end with this object: nobody is left to read them.
 */
class ControlRuns : public QObject {
    Q_OBJECT
public:
    ControlRuns(ControlServices& services, pid_t peer, QObject* parent);
    ~ControlRuns() override;

    Result<void> start(const wire::StartControlRun& request);
    Result<void> stop(const RunId& run);

signals:
    void reply(const exeat::wire::ControlReply& reply);

private:
    Result<SessionId> ensureSession(const wire::StartControlRun& request);
    void follow(Run& run, std::uint64_t request);
    void tellQuestions(const Run& run);
    void finish(Run& run, std::uint64_t request);

    ControlServices& m_services;
    const pid_t m_peer;
    SessionId m_session;
    std::map<std::uint64_t, QPointer<Run>> m_runs; ///< by request
    std::set<ApprovalId> m_told;                   ///< questions that the other side knows of
};

} // namespace exeat
