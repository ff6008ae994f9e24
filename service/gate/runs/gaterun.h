#pragma once

#include "service/gate/intercept/wrapperinterceptor.h"
#include "service/gate/keeper/keeperclient.h"
#include "service/gate/runs/execdesk.h"
#include "service/gate/runs/runhost.h"
#include "service/gate/runs/runrooms.h"

#include <array>
#include <memory>
#include <optional>

namespace exeat::gate {

/**
 * One run from StartRun to RunEnded: the shell inside (or, with full access, below the keeper), its interceptor, the
 * rooms of what runs in a sandbox of a rule's choice, and the keeper of that and of what runs outside. The shell's end
 * ends all of it. RunEnded is told when nothing is alive any more.
 */
class GateRun {
public:
    using Streams = std::array<UniqueFd, 3>; ///< standard input, output, error

    GateRun(RunHost& host, wire::StartRun start);
    ~GateRun();

    /** Tells RunStarted or RunRefused, perhaps later: a person may have to be asked about the script first. */
    void start(Streams streams);
    /** Everything of it dies; RunEnded follows. */
    void kill();
    /** If it is this run's: kills it, and RunEnded says why. */
    void protectionLost(const LostProtection& lost);
    void answered(const wire::ExecAnswer& answer);
    void policyChanged() { m_desk.policyChanged(); }

private:
    void askFirst(Judgement judgement);
    void launch(Streams streams);
    Result<void> startShell(Streams streams);
    Result<void> startInside(Streams streams, UniqueFd socket);
    Result<void> startUnconfined(Streams streams, UniqueFd socket);
    Result<void> ensureKeeper();
    std::vector<std::string> shellArgv() const;
    std::vector<std::string> shellEnvironment() const;
    std::vector<pid_t> roots() const;
    void startOutside(StartOutside start, std::vector<UniqueFd> fds);
    void giveRoom(StartOutside& start, std::vector<UniqueFd>& fds);
    DeskRun deskRun();
    void keeperTold(const FromKeeper& message);
    void keeperGone(bool clean);
    void shellStatus();
    void insideOver();
    void forgetInside();
    void endIfOver();

    RunHost& m_host;
    wire::StartRun m_start;
    Heuristics m_heuristics;
    std::optional<Streams> m_asked; ///< while the question about the script is open
    ExecDesk m_desk;
    std::unique_ptr<WrapperInterceptor> m_interceptor;
    std::optional<InsideRun> m_inside; ///< until nothing inside is alive any more
    EventLoop::WatchId m_insideWatch = 0;
    EventLoop::WatchId m_statusWatch = 0;
    UniqueFd m_escalateSocket; ///< the end of those who ask, for what starts in rooms
    RunRooms m_rooms;
    std::unique_ptr<KeeperClient> m_keeper;
    bool m_keeperEnding = false;
    std::vector<std::string> m_left; ///< as the keeper said at its end
    bool m_sweeping = false;         ///< the keeper was killed; what it left is being ended
    std::optional<ExitStatus> m_status;
    std::string m_why; ///< it was ended by us: the reason
    std::optional<Error> m_refused;
    bool m_told = false; ///< RunStarted
    bool m_over = false; ///< RunEnded or RunRefused
};

} // namespace exeat::gate
