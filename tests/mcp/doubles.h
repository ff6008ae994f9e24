#pragma once

#include "service/approvals/approvalqueue.h"
#include "service/run/runmanager.h"
#include "service/session/sessions.h"

#include <algorithm>
#include <map>
#include <memory>

/** Stand-ins for the parts that other folders implement; the tests drive them by hand. */
namespace exeat::test {

class FakeRun : public Run {
    Q_OBJECT
public:
    FakeRun(RunRequest request, RunId id, QObject* parent)
        : Run(parent), m_request(std::move(request)), m_id(std::move(id)) {}
    const RunRequest& request() const override { return m_request; }
    const RunId& id() const override { return m_id; }
    bool isFinished() const override { return m_finished; }
    RunResult result() const override {
        RunResult result = m_result;
        result.run = m_id;
        return result;
    }
    std::vector<ApprovalId> openApprovals() const override { return m_open; }

    void print(const QByteArray& bytes) {
        m_result.output += bytes.toStdString();
        emit output(wire::OutputStream::Output, bytes);
    }
    void finish(RunEnd end, ExitStatus status, const std::string& failure = {}) {
        if (m_finished)
            return;
        m_finished = true;
        m_result.end = end;
        m_result.status = status;
        m_result.failure = failure;
        emit finished();
    }
    ApprovalId ask(ApprovalQueue& queue, Approval approval) {
        approval.run = m_id;
        approval.session = m_request.session;
        approval.command.file = approval.command.realPath = "/usr/bin/git";
        approval.command.names = {"git"};
        approval.command.origin = FileOrigin::Unplantable;
        if (approval.command.argv.empty())
            approval.command.argv = {"git", "push"};
        const auto id = std::make_shared<ApprovalId>();
        *id = queue.ask(approval, [this, id](const Decision& decision) {
            decisions.push_back(decision);
            std::erase(m_open, *id);
            emit approvalsChanged();
        });
        m_open.push_back(*id);
        emit approvalsChanged();
        return *id;
    }

    std::vector<Decision> decisions;
    RunResult m_result;

private:
    RunRequest m_request;
    RunId m_id;
    bool m_finished = false;
    std::vector<ApprovalId> m_open;
};

class FakeRunManager : public RunManager {
    Q_OBJECT
public:
    Result<Run*> start(const RunRequest& request) override {
        if (refuse)
            return fail(ErrorKind::Limit, "too many runs");
        runs.push_back(new FakeRun(request, {"run-" + std::to_string(runs.size())}, this));
        return runs.back();
    }
    Run* find(const SessionId& session, const RunId& id) const override {
        const auto found = std::ranges::find_if(
            runs, [&](FakeRun* run) { return run->id() == id && run->request().session == session; });
        return found == runs.end() ? nullptr : *found;
    }
    void stop(Run& run, RunEnd why) override {
        stopped[run.id().value] = why;
        static_cast<FakeRun&>(run).finish(why, {0, 9});
    }
    void park(Run& run) override { parked[run.id().value] = true; }
    void join(Run& run) override { parked[run.id().value] = false; }
    std::size_t liveRuns() const override { return runs.size(); }

    bool refuse = false;
    std::vector<FakeRun*> runs;
    std::map<std::string, RunEnd> stopped;
    std::map<std::string, bool> parked;
};

class FakeSessions : public Sessions {
    Q_OBJECT
public:
    Result<SessionId> open(pid_t shimPid, const wire::ShimHello& hello) override {
        if (refuse)
            return fail(ErrorKind::Refused, "not for you");
        hellos.push_back(hello);
        pids.push_back(shimPid);
        return SessionId{"session-" + std::to_string(hellos.size())};
    }
    void setClient(const SessionId&, const std::string& name, const std::string& version) override {
        client = name + ' ' + version;
    }
    void close(const SessionId& session) override { closed.push_back(session.value); }
    std::vector<AgentInfo> agents() const override { return {}; }
    const AgentInfo* find(const SessionId&) const override { return nullptr; }

    bool refuse = false;
    std::vector<wire::ShimHello> hellos;
    std::vector<pid_t> pids;
    std::string client;
    std::vector<std::string> closed;
};

} // namespace exeat::test
