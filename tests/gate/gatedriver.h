#pragma once

#include "shared/wire/frame.h"
#include "shared/wire/gatemessages.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

/** Plays exeatd for one real exeat-gate process. */
class GateDriver {
public:
    using Answerer = std::function<exeat::wire::ExecAnswer(const exeat::wire::ExecRequest&)>;

    GateDriver();
    ~GateDriver();
    GateDriver(const GateDriver&) = delete;
    GateDriver& operator=(const GateDriver&) = delete;

    /** Default: Escalate at once. An answer for exec 0 is not sent. */
    void onRequest(Answerer answerer) { m_answerer = std::move(answerer); }
    void send(const exeat::wire::ToGate& message, std::vector<exeat::UniqueFd> fds = {});
    void setPolicy(exeat::PolicySnapshot snapshot);
    /** Of runs that are started from now on. */
    void setHeuristics(exeat::HeuristicSettings settings) { m_heuristics = std::move(settings); }
    /** Full access: the shell runs below the keeper. */
    exeat::RunId startRun(const std::string& script, std::vector<std::string> environment = {},
                          const std::string& workdir = "/", exeat::SandboxSpec sandbox = fullAccess());
    static exeat::SandboxSpec fullAccess();
    /** Of the runs that follow: what sandbox="workspace-write" of a rule means. */
    void setWorkspace(exeat::SandboxSpec workspace) { m_workspace = std::move(workspace); }
    /** Turns the loop until `done` or the time is over. */
    bool pumpUntil(const std::function<bool()>& done, int milliseconds = 20000);
    bool runToEnd(const exeat::RunId& run, int milliseconds = 20000);
    void hangUp() { m_channel.reset(); }

    pid_t pid() const { return m_pid; }
    std::string output(const exeat::RunId& run) const { return m_runs.at(run).text; }
    exeat::ExitStatus status(const exeat::RunId& run) const { return m_runs.at(run).status; }
    /** Why the gate ended it; empty if it did not. */
    std::string unprotected(const exeat::RunId& run) const { return m_runs.at(run).unprotected; }
    bool ended(const exeat::RunId& run) const { return m_runs.at(run).ended; }
    const std::vector<exeat::wire::ExecRequest>& requests() const { return m_requests; }
    const std::vector<exeat::wire::ExecWithdrawn>& withdrawn() const { return m_withdrawn; }
    const std::vector<exeat::ExecRecord>& records() const { return m_records; }
    const std::string& refusal() const { return m_refusal; }

private:
    struct Output {
        exeat::UniqueFd read;
        std::string text;
        exeat::ExitStatus status;
        std::string unprotected;
        bool ended = false;
    };
    void receive();
    void readOutputs();

    pid_t m_pid = 0;
    std::optional<exeat::wire::FdChannel> m_channel;
    Answerer m_answerer;
    exeat::PolicySnapshot m_snapshot;
    exeat::SandboxSpec m_workspace;
    exeat::HeuristicSettings m_heuristics;
    std::map<exeat::RunId, Output> m_runs;
    std::vector<exeat::wire::ExecRequest> m_requests;
    std::vector<exeat::wire::ExecWithdrawn> m_withdrawn;
    std::vector<exeat::ExecRecord> m_records;
    std::string m_refusal;
    int m_lastRun = 0;
};

/** allow/prompt/forbid a first word. */
exeat::PrefixRule rule(const std::string& word, exeat::RuleDecision decision);
exeat::PolicySnapshot policyOf(std::vector<exeat::PrefixRule> rules);
/** An executable file in place of what is there; who still runs that keeps it. */
void writeProgram(const std::string& path, const std::string& text);
/** Every process whose command line holds `mark`, by /proc. */
std::vector<pid_t> processesWith(const std::string& mark);
/** Children of `pid`, and all below, zombies too. */
std::size_t descendants(pid_t pid);
std::string helperPath();
