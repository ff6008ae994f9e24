#pragma once

#include "service/gate/sandbox/placeholders.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace exeat::gate {

/** The mounts of one run and the placeholders that it holds. */
struct RunLease {
    std::vector<MountStep> steps;
    std::vector<std::string> placeholders;
};

/**
 * Plans runs, and lets go of their placeholders when they end. A thread of its own (all signals blocked) waits for
 * the ends, because the gate's loop does not tell. Thread-safe.
 */
class RunLeases {
public:
    /** `stateFolder` is private to the user and shared by all gates; made when first needed. */
    explicit RunLeases(std::string stateFolder) : m_stateFolder(std::move(stateFolder)) {}
    RunLeases(const RunLeases&) = delete;
    RunLeases& operator=(const RunLeases&) = delete;
    ~RunLeases();

    /** Plans by the file system as it is now and holds what stands in for missing paths. */
    Result<RunLease> begin(const SandboxSpec& spec);
    /** The run never started. */
    void abandon(const RunLease& lease);
    /** `pidfd` becomes readable when the run is over. */
    Result<void> endWith(RunLease lease, const UniqueFd& pidfd);
    /** Lets go at once of what ended runs held. */
    void settle();

private:
    using Clock = std::chrono::steady_clock;
    struct Ended {
        Clock::time_point due;
        std::vector<std::string> placeholders;
    };
    struct Watched {
        UniqueFd pidfd;
        std::vector<std::string> placeholders;
    };
    Result<void> prepare();
    Result<void> startThread();
    void drop(const std::vector<std::string>& paths);
    void collectEnded();
    void dropDue(Clock::time_point now);
    void watch();

    std::string m_stateFolder;
    std::mutex m_mutex; ///< guards all below
    std::unique_ptr<Placeholders> m_placeholders;
    std::vector<Watched> m_watched;
    std::vector<Ended> m_ended; ///< kept a moment for the next run
    UniqueFd m_wake;            ///< eventfd: the list changed, or stop
    bool m_stop = false;
    std::thread m_thread;
};

} // namespace exeat::gate
