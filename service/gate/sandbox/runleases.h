#pragma once

#include "service/gate/sandbox/nameguard.h"
#include "service/gate/sandbox/placeholders.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace exeat::gate {

/** What a run needs in the real file system while it lives. */
struct RunHoldings {
    std::vector<std::string> placeholders;
    std::vector<UniqueFd> borrowed; ///< placeholders of others
    NameGuard::Id guard = 0;
};

/** The mounts of one run and what it holds for them. */
struct RunLease {
    std::vector<MountStep> steps;
    RunHoldings holdings;
};

/**
 * Plans runs, and lets go of their placeholders a second after they ended, so that the next run finds them: making and
 * removing a folder takes milliseconds on some disks. Not thread-safe; the gate forks, so there is no thread of ours.
 */
class RunLeases {
public:
    using Clock = std::chrono::steady_clock;

    /** `stateFolder` is private to the user and shared by all gates; made when first needed. */
    explicit RunLeases(std::string stateFolder) : m_stateFolder(std::move(stateFolder)) {}
    RunLeases(const RunLeases&) = delete;
    RunLeases& operator=(const RunLeases&) = delete;
    ~RunLeases() { settle(); }

    /** Plans by the file system as it is now, holds what stands in for missing paths, and guards all of it. */
    Result<RunLease> begin(const SandboxSpec& spec);
    /** The run never started. */
    void abandon(RunLease lease);
    /** `pidfd` becomes readable when the run is over. */
    Result<void> endWith(RunLease lease, const UniqueFd& pidfd);
    /** Notices ended runs and lets go of what is due; when to call again, if an ended run still holds something. */
    std::optional<Clock::time_point> tidy();
    /** Lets go at once of what ended runs held. */
    void settle();
    NameGuard& guard() { return m_guard; }

private:
    struct Ended {
        Clock::time_point due;
        RunHoldings holdings;
    };
    struct Watched {
        UniqueFd pidfd;
        RunHoldings holdings;
    };
    Result<void> prepare();
    Result<void> hold(RunLease& lease);
    void drop(std::vector<RunHoldings> holdings);
    void sweepAgain(Placeholders::Left left);
    void collectEnded();
    void dropDue(Clock::time_point now);

    std::string m_stateFolder;
    std::unique_ptr<Placeholders> m_placeholders;
    NameGuard m_guard;
    std::vector<Watched> m_watched;
    std::vector<Ended> m_ended; ///< kept a moment for the next run; the earliest first
    std::optional<Clock::time_point> m_nextSweep;
    std::map<std::string, int> m_closedOff; ///< how often in a row a path could not be borrowed
};

} // namespace exeat::gate
