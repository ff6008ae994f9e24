#pragma once

#include "service/gate/intercept/interceptor.h"
#include "service/gate/judge/heuristics.h"
#include "service/gate/keeper/keepermessages.h"
#include "service/gate/resolve/callshell.h"
#include "service/gate/resolve/execchain.h"
#include "service/gate/runs/runhost.h"

#include <functional>
#include <map>
#include <memory>

namespace exeat::gate {

/** What the desk needs to know of its run. */
struct DeskRun {
    RunId run;
    std::string workdir;                  ///< of the call, symbolic links followed
    std::vector<std::string> environment; ///< that Bash was started with
    std::vector<std::string> writableRoots;
    std::vector<std::string> shellArgv; ///< that Bash was started with
    /** The processes that we started for the run; first the one above its shell. Never empty. */
    std::function<std::vector<pid_t>()> roots;
    std::function<CallerReach(pid_t caller)> reachOf;
    std::function<void(StartOutside, std::vector<UniqueFd>)> startOutside; ///< with the descriptors of its message
};

/**
 * Decides the execs of one run: claim -> resolution -> judgement -> inside, refused, or the service's word. Every claim
 * is answered exactly once. Nothing is decided without a policy; nothing runs outside that a rule forbids by then.
 */
class ExecDesk : public ExecListener {
public:
    /** Both outlive this. */
    ExecDesk(RunHost& host, const Heuristics& heuristics, DeskRun run);
    ~ExecDesk() override;

    /** Before the first claim. Not owned; outlives this. */
    void attach(Interceptor& interceptor) { m_interceptor = &interceptor; }

    void claimed(ExecId exec, ClaimedCommand claim, pid_t caller) override;
    void gone(ExecId exec) override;

    void answered(const wire::ExecAnswer& answer);
    void policyChanged();
    void outsideEnded(const OutsideEnded& ended);
    /** The run is being killed: questions are withdrawn, everything is refused from now on. */
    void close();

private:
    struct Waiting;
    void decide(ExecId exec);
    void judge(Waiting& waiting) const;
    Judged judgeNow(const Waiting& waiting) const;
    void askHeuristics(Waiting& waiting) const;
    bool holdForDirectory(ExecId exec, Waiting& waiting);
    void ask(ExecId exec, Waiting& waiting);
    void goOnInside(ExecId exec, const Waiting& waiting);
    bool isForbiddenMeanwhile(Waiting& waiting) const;
    void escalate(ExecId exec, const wire::ExecAnswer& answer);
    void refuse(ExecId exec, const std::string& reason);
    void recordLater(ExecId exec);
    void recordSettled();
    /** DESIGN.md §4.8: the hashes that the keeper compares. False if what must be pinned cannot be. */
    static bool pinContent(Waiting& waiting);
    void setEnvironment(Waiting& waiting, const std::vector<std::string>& passed) const;
    ExecRecord recordOf(ExecId exec, const Waiting& waiting, Verdict outcome);
    void forget(ExecId exec);

    RunHost& m_host;
    const Heuristics& m_heuristics;
    DeskRun m_run;
    CallShell m_shell;
    WritableRoots m_writableRoots;
    RecentChain m_chains;
    Interceptor* m_interceptor = nullptr;
    std::map<ExecId, std::unique_ptr<Waiting>> m_waiting;
    std::vector<std::pair<ExecId, std::unique_ptr<Waiting>>> m_settled; ///< go on inside, not yet recorded
    EventLoop::TimerId m_recording = 0;
    std::map<ExecId, ExecRecord> m_outside;
    bool m_closed = false;
};

} // namespace exeat::gate
