#pragma once

#include "service/gate/eventloop.h"
#include "service/gate/judge/policystate.h"
#include "service/gate/resolve/commandresolver.h"
#include "service/gate/runs/insidestarter.h"
#include "service/gate/runs/recordbatch.h"
#include "shared/wire/gatemessages.h"

#include <functional>
#include <string>

namespace exeat::gate {

/** What a run needs of its gate. Outlives all runs. */
class RunHost {
public:
    virtual ~RunHost() = default;
    virtual EventLoop& loop() = 0;
    virtual const wire::GateConfig& config() const = 0;
    virtual const CommandResolver& resolver() const = 0;
    virtual RecordBatch& records() = 0;
    /** The snapshot in force; null before the first. */
    virtual PolicyState* policy() = 0;
    /** False while the service does not read what we send it. */
    virtual bool serviceListens() const = 0;
    virtual void tell(const wire::FromGate& message) = 0;
    /** The same for what may be larger than a frame: then false, and nothing is sent. */
    [[nodiscard]] virtual bool offer(const wire::FromGate& message) = 0;
    /** Asks for a snapshot that covers it, once. */
    virtual void needDirectory(const std::string& directory) = 0;
    virtual Result<InsideRun> startInside(InsideStart start) = 0;
    /** Nothing of a run inside is alive any more; what it needed in the file system goes soon. */
    virtual void insideEnded() = 0;
    /** The same, but its first process, `pidfd`, which waits for nobody, is still on its way out. */
    virtual void insideEnds(UniqueFd pidfd) = 0;
    /** A keeper started or ended. After an unclean end `whenSwept` is called once nothing of its tree is left. */
    virtual void keeperStarted(pid_t keeper) = 0;
    virtual void keeperEnded(pid_t keeper, bool clean, std::function<void()> whenSwept) = 0;
    /** The run is over and told; it may be deleted, not from within this call. */
    virtual void runOver(const RunId& run) = 0;
};

} // namespace exeat::gate
