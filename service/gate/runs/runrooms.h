#pragma once

#include "service/gate/runs/runhost.h"

#include <functional>
#include <map>
#include <vector>

namespace exeat::gate {

/**
 * The sandboxes of one run into which rules let single commands (`sandbox=`): for each kind one, made when it is first
 * needed and shared by all commands of that kind. Nothing runs in a room of itself; the keeper starts commands in it.
 * Its end ends them all.
 */
class RunRooms {
public:
    /** `ended`: nothing of one of them is alive any more. All outlive this. */
    RunRooms(RunHost& host, const wire::StartRun& run, std::function<void()> ended);
    RunRooms(const RunRooms&) = delete;
    RunRooms& operator=(const RunRooms&) = delete;
    ~RunRooms();

    /** The pidfd of the room's first process. Not for None. */
    Result<UniqueFd> open(RuleSandbox kind);
    /** What commands in it may write. */
    std::vector<std::string> writable(RuleSandbox kind) const;
    void kill();
    bool empty() const { return m_rooms.empty(); }
    /** One of them is guarded by it. */
    bool hasGuard(std::uint64_t guard) const;
    /** Their first processes. */
    std::vector<pid_t> roots() const;
    /** By the kernel's word on where it is; one that nobody can look at has the least. */
    CallerReach reachOf(pid_t caller) const;

private:
    struct Room {
        InsideRun run;
        FileIdentity pidNamespace;
        EventLoop::WatchId watch = 0;
    };
    SandboxSpec specOf(RuleSandbox kind) const;
    CallerReach reachIn(RuleSandbox kind) const;
    void over(RuleSandbox kind);

    RunHost& m_host;
    const wire::StartRun& m_run;
    std::function<void()> m_ended;
    CallerReach m_session;
    std::map<RuleSandbox, Room> m_rooms;
    bool m_killed = false;
};

} // namespace exeat::gate
