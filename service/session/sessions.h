#pragma once

#include "service/run/runrequest.h"
#include "shared/base/error.h"
#include "shared/domain/agent.h"
#include "shared/wire/shimmessages.h"

#include <QObject>

#include <vector>

namespace exeat {

/** The agents that are connected now. Main thread only. */
class Sessions : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /** A shim said hello; pid is the kernel's. Refused at limits::sessions, or if the peer descends from a run. */
    virtual Result<SessionId> open(pid_t shimPid, const wire::ShimHello& hello) = 0;
    /** What the client says of itself; may come late or never. */
    virtual void setClient(const SessionId& session, const std::string& name, const std::string& version) = 0;
    /** The shim is gone: its runs end as AgentGone, except parked ones with open questions (DESIGN.md §7). */
    virtual void close(const SessionId& session) = 0;
    virtual std::vector<AgentInfo> agents() const = 0;
    virtual const AgentInfo* find(const SessionId& session) const = 0;
};

} // namespace exeat
