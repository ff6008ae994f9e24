#pragma once

#include "service/gate/orphansweeper.h"
#include "service/gate/runs/gaterun.h"
#include "service/gate/runs/runhost.h"
#include "shared/wire/frame.h"

#include <map>
#include <memory>
#include <optional>
#include <set>

namespace exeat::gate {

/** Makes the source of shells inside once the service has said where its programs are. */
using StarterFactory = std::function<std::unique_ptr<InsideStarter>(const wire::GateConfig&)>;

/**
 * The gate of one session: talks with exeatd over one socket and owns all runs. The socket's end kills every run; then
 * run() returns. A message that cannot be understood counts as its end. One thread.
 */
class Supervisor : public RunHost {
public:
    static Result<std::unique_ptr<Supervisor>> create(UniqueFd service, StarterFactory starter);
    ~Supervisor() override;

    /** Until the service is gone and everything it started, too. */
    void run();

    EventLoop& loop() override { return m_loop; }
    const wire::GateConfig& config() const override { return *m_config; }
    const CommandResolver& resolver() const override { return m_resolver; }
    RecordBatch& records() override { return m_records; }
    PolicyState* policy() override { return m_policy.get(); }
    bool serviceListens() const override;
    void tell(const wire::FromGate& message) override;
    bool offer(const wire::FromGate& message) override;
    void needDirectory(const std::string& directory) override;
    Result<InsideRun> startInside(InsideStart start) override;
    void insideEnded() override;
    void insideEnds(UniqueFd pidfd) override;
    void keeperStarted(pid_t keeper) override { m_orphans.know(keeper); }
    void keeperEnded(pid_t keeper, bool clean, std::function<void()> whenSwept) override;
    void runOver(const RunId& run) override;

private:
    Supervisor(EventLoop loop, CommandResolver resolver, UniqueFd service, StarterFactory starter);
    void serviceReady();
    void flush();
    void shutDown();
    void stopIfDone();
    void watchChanges();
    void endUnprotected(const std::vector<LostProtection>& lost);

    void handle(wire::GateConfig& config);
    void handle(wire::SetPolicy& policy);
    void handle(wire::StartRun& start);
    void handle(wire::KillRun& kill);
    void handle(wire::ExecAnswer& answer);

    EventLoop m_loop;
    CommandResolver m_resolver;
    wire::FdChannel m_service;
    StarterFactory m_starterFactory;
    EventLoop::WatchId m_serviceWatch = 0;
    std::optional<wire::GateConfig> m_config;
    std::unique_ptr<InsideStarter> m_starter;
    std::unique_ptr<PolicyState> m_policy;
    std::set<std::string> m_neededDirectories;
    RecordBatch m_records;
    OrphanSweeper m_orphans;
    std::map<RunId, std::unique_ptr<GateRun>> m_runs;
    EventLoop::TimerId m_tidyTimer = 0;
    std::map<EventLoop::WatchId, UniqueFd> m_leaving; ///< first processes of runs inside that are told as over
    EventLoop::WatchId m_changesWatch = 0;
    bool m_closing = false;
};

} // namespace exeat::gate
