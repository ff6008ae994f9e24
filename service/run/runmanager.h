#pragma once

#include "service/run/run.h"
#include "shared/base/error.h"

#include <QObject>

#include <cstddef>

namespace exeat {

/** Starts, finds and ends runs. Main thread only. */
class RunManager : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /** The run exists from now on; that it cannot be started shows as finished() with RunEnd::Failed. An error only for
     *  unknown sessions and limits::runsPerSession. Never null in a value. */
    virtual Result<Run*> start(const RunRequest& request) = 0;
    /** Null if there is none, or it is another session's. */
    virtual Run* find(const SessionId& session, const RunId& id) const = 0;
    /** Ends it (TimedOut is not for callers). Everything below it dies. finished() follows. */
    virtual void stop(Run& run, RunEnd why) = 0;
    /**
     * Nobody waits for it just now (cancelled while a question is open, or handed back as "still running"). A parked
     * run that nobody joins within limits::parkedRun is stopped. join() takes the mark away.
     */
    virtual void park(Run& run) = 0;
    virtual void join(Run& run) = 0;
    virtual std::size_t liveRuns() const = 0;
};

} // namespace exeat
