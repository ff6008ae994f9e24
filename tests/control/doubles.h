#pragma once

#include "service/run/runmanager.h"
#include "service/session/sessions.h"

#include <memory>

/** Stand-ins for the parts behind the interfaces: they record what was asked and finish when the test says so. */
namespace exeat::test {

class FakeRun : public Run {
public:
    FakeRun(RunRequest request, RunId id) : m_request(std::move(request)), m_id(std::move(id)) {}
    const RunRequest& request() const override { return m_request; }
    const RunId& id() const override { return m_id; }
    bool isFinished() const override { return done; }
    RunResult result() const override { return outcome; }
    std::vector<ApprovalId> openApprovals() const override { return {}; }
    void finish() {
        done = true;
        emit finished();
    }
    RunResult outcome;
    bool done = false;

private:
    RunRequest m_request;
    RunId m_id;
};

class FakeRuns : public RunManager {
public:
    Result<Run*> start(const RunRequest& request) override {
        runs.push_back(std::make_unique<FakeRun>(request, RunId{"run-" + std::to_string(runs.size())}));
        return runs.back().get();
    }
    Run* find(const SessionId&, const RunId&) const override { return nullptr; }
    void stop(Run&, RunEnd why) override { stopped.push_back(why); }
    void park(Run&) override {}
    void join(Run&) override {}
    std::size_t liveRuns() const override { return runs.size(); }
    std::vector<std::unique_ptr<FakeRun>> runs;
    std::vector<RunEnd> stopped;
};

class FakeSessions : public Sessions {
public:
    Result<SessionId> open(pid_t pid, const wire::ShimHello&) override {
        lastPid = pid;
        ++opened;
        return SessionId{"session"};
    }
    void setClient(const SessionId&, const std::string& name, const std::string&) override { lastName = name; }
    void close(const SessionId&) override { ++closed; }
    std::vector<AgentInfo> agents() const override { return {AgentInfo{}}; }
    const AgentInfo* find(const SessionId&) const override { return nullptr; }
    pid_t lastPid = 0;
    int opened = 0;
    int closed = 0;
    std::string lastName;
};

} // namespace exeat::test
