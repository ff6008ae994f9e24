#pragma once

#include "service/gate/sandbox/lostprotection.h"
#include "shared/base/error.h"
#include "shared/base/uniquefd.h"
#include "shared/domain/sandboxspec.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace exeat::gate {

/** What is to be started inside. All descriptors are owned and closed here once they are handed on. */
struct InsideStart {
    SandboxSpec spec;              ///< never FullAccess
    std::vector<std::string> argv; ///< argv[0] is the absolute path of the shell; empty: a room, see enterroom.h
    std::vector<std::string> environment;
    std::string workdir;
    UniqueFd input;
    UniqueFd output;
    UniqueFd error;
    /** A descriptor that the shell inherits at a number above 2, e.g. the escalate socket. */
    struct Inherited {
        int number = -1;
        UniqueFd fd;
    };
    std::vector<Inherited> inherited;
};

/** A run inside: its own pid namespace, whose first process stands for all of it. */
struct InsideRun {
    /** Of the first process of the run's pid namespace. Readable when nothing of the run is alive any more; a SIGKILL
     *  through it ends the whole namespace. */
    UniqueFd pidfd;
    /** Yields one ShellEnd, then end of file; end of file alone: killed. */
    UniqueFd status;
    /** Of that first process, in our own pid namespace. */
    int pid = 0;
    /** By this SandboxPool::takeLost() names it. */
    std::uint64_t guard = 0;
};

/**
 * Sandboxes kept ready: one zygote with and one without the network. All else of a policy is mounted for each run, by
 * the file system as it is then, so that nothing can be stale. Calls block for the few
 * milliseconds of building at most; a sandbox that does not answer within five seconds is an error. Not thread-safe.
 */
class SandboxPool {
public:
    /** `bwrapPath` as found; `selfPath` is exeat-gate, which is its own zygote (`exeat-gate --zygote`). */
    SandboxPool(std::string bwrapPath, std::string selfPath);
    ~SandboxPool();

    Result<InsideRun> start(InsideStart start);

    /** Readable when takeLost() may tell of something; -1 before the first start(). */
    int changesFd() const;
    /** Runs whose protection was taken away from outside since the last call: to be ended at once. Call it after
     *  start(), too, which may have come upon some. */
    std::vector<LostProtection> takeLost();

    /** Children of this process that are ours (bubblewrap): whoever ends stray children spares them. */
    std::vector<int> processes() const;
    /**
     * What ended runs needed in the real file system stays for a second, so that the next run finds it. Call this when
     * a run's pidfd became readable: it removes what is due and says when to call again; nothing: nothing is left.
     */
    std::optional<std::chrono::steady_clock::time_point> tidy();
    /** Removes at once what ended runs needed; so does the destructor. */
    void settle();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/** main() of `exeat-gate --zygote FD`: first process of a sandbox. Never returns to agent code. */
int zygoteMain(int socketFd);

} // namespace exeat::gate
