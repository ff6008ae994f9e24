#include "service/gate/runs/execdesk.h"

#include "service/gate/judge/contenthash.h"
#include "service/gate/resolve/environment.h"
#include "shared/base/limits.h"

#include <algorithm>
#include <utility>

#include <sys/stat.h>

namespace exeat::gate {

/** One caller that waits: for a policy of its folder, or for the service's word. */
struct ExecDesk::Waiting {
    ClaimedCommand claim;
    Resolution resolution;
    bool proven = false; ///< `resolution` is more than a glance
    Judged judged;
    std::string interpreterSha256; ///< of an interpreter that an agent could write
    pid_t caller = 0;
    CallerReach reach;
    ProcessFacts facts;          ///< of the caller, which may be gone when this is recorded
    std::int64_t answeredAt = 0; ///< as ExecRecord::at; only of what goes on inside
    std::uint64_t policyVersion = 0;
    EventLoop::TimerId deadline = 0;
    bool asked = false;
};

namespace {

using namespace std::chrono_literals;

constexpr auto noPolicy = "The rules are not loaded yet, so nothing may start; try again.";
constexpr auto overloaded = "The Exeat service does not keep up; start fewer programs at once and try again.";
constexpr auto policyLate = "The rules of the working directory did not come in time; try again.";
constexpr auto stopped = "The run was stopped.";
constexpr auto unpinnable =
    "An agent could change it while it starts, and it is too large or cannot be read, so that its "
    "content cannot be held fast; it may not leave the sandbox that it is in.";
constexpr auto tooLarge = "Its arguments and environment are too large to be asked for.";

/** The path of the pinned descriptor: whatever happens to names, it is what was judged. */
std::string pinOf(const std::vector<UniqueFd>& pins, const FileIdentity& identity) {
    for (const UniqueFd& pin : pins) {
        struct stat facts = {};
        if (::fstat(pin.get(), &facts) == 0 && identityOf(facts) == identity)
            return "/proc/self/fd/" + std::to_string(pin.get());
    }
    return {};
}

NameTrust nameTrust(const wire::GateConfig& config) {
    return config.namesOnlyByPath ? NameTrust::PathsOnly : NameTrust::PathsAndNames;
}

} // namespace

ExecDesk::ExecDesk(RunHost& host, const Heuristics& heuristics, DeskRun run)
    : m_host(host), m_heuristics(heuristics), m_run(std::move(run)), m_shell(m_run.shellArgv),
      m_writableRoots(m_run.writableRoots) {}

ExecDesk::~ExecDesk() {
    recordSettled();
    for (const auto& [exec, waiting] : m_waiting)
        m_host.loop().cancel(waiting->deadline);
}

void ExecDesk::claimed(ExecId exec, ClaimedCommand claim, pid_t caller) {
    if (m_closed)
        return m_interceptor->refuse(exec, stopped);
    if (m_host.policy() == nullptr)
        return m_interceptor->refuse(exec, noPolicy);
    if (!m_host.serviceListens())
        return m_interceptor->refuse(exec, overloaded);
    auto waiting = std::make_unique<Waiting>();
    waiting->resolution = m_host.resolver().glance(claim, {caller, m_host.policy()->everWritable(), m_writableRoots});
    waiting->claim = std::move(claim);
    waiting->caller = caller;
    waiting->reach = m_run.reachOf(caller);
    waiting->facts = processFacts(caller);
    m_waiting.emplace(exec, std::move(waiting));
    decide(exec);
}

void ExecDesk::decide(ExecId exec) {
    Waiting& waiting = *m_waiting.at(exec);
    if (holdForDirectory(exec, waiting))
        return;
    judge(waiting);
    switch (waiting.judged.judgement.verdict) {
    case Verdict::Inside:
        goOnInside(exec, waiting);
        return recordLater(exec);
    case Verdict::Ask:
    case Verdict::Escalate:
        return ask(exec, waiting);
    case Verdict::Deny:
        break;
    }
    refuse(exec, waiting.judged.judgement.reason);
}

/** Most programs stay inside, and for that a glance is enough. */
void ExecDesk::judge(Waiting& waiting) const {
    PolicyState& policy = *m_host.policy();
    waiting.policyVersion = policy.snapshot().version;
    waiting.judged = judgeNow(waiting);
    if (!waiting.proven && waiting.judged.judgement.verdict != Verdict::Inside) {
        m_host.resolver().prove(waiting.resolution, {waiting.caller, policy.everWritable(), m_writableRoots});
        waiting.proven = true;
        waiting.judged = judgeNow(waiting);
    }
    askHeuristics(waiting);
}

Judged ExecDesk::judgeNow(const Waiting& waiting) const {
    return m_host.policy()->judge(waiting.resolution, nameTrust(m_host.config()), {m_run.workdir, waiting.reach});
}

/** DESIGN.md §4.3: about what the agent itself wrote and no rule decides. */
void ExecDesk::askHeuristics(Waiting& waiting) const {
    if (waiting.judged.judgement.verdict != Verdict::Inside || waiting.resolution.fails)
        return;
    std::vector<Danger> dangers = m_heuristics.dangersOf(waiting.resolution.command);
    if (!dangers.empty() && m_shell.isCaller(waiting.caller, waiting.facts, m_run.roots().front()))
        askAbout(waiting.judged.judgement, std::move(dangers));
}

void ExecDesk::goOnInside(ExecId exec, const Waiting& waiting) {
    m_shell.becomesProgram(waiting.caller, waiting.facts);
    m_interceptor->goOnInside(exec);
}

/** DESIGN.md §5: rules of the exec's own folder bind, too. A folder that does not exist outside has none. */
bool ExecDesk::holdForDirectory(ExecId exec, Waiting& waiting) {
    const Command& command = waiting.resolution.command;
    if (command.workdirIdentity == FileIdentity{} || m_host.policy()->covers(command.workdir))
        return false;
    if (waiting.deadline == 0)
        waiting.deadline = m_host.loop().after(limits::directoryPolicy, [this, exec] { refuse(exec, policyLate); });
    m_host.needDirectory(command.workdir);
    return true;
}

void ExecDesk::ask(ExecId exec, Waiting& waiting) {
    Command& command = waiting.resolution.command;
    // A person sees the chain as it is now; for a record that of a sibling will do.
    command.chain = waiting.judged.judgement.verdict == Verdict::Ask
                        ? execChain(waiting.caller, m_run.roots())
                        : m_chains.endingWith(waiting.facts.parent, m_run.roots());
    // What is to go on inside needs neither of these.
    if (waiting.judged.judgement.dangers.empty()) {
        setEnvironment(waiting, waiting.judged.judgement.passEnvironment);
        // What an agent could have written is pinned to what the person saw. DESIGN.md §4.8.
        if (!pinContent(waiting))
            return refuse(exec, unpinnable);
    }
    if (!m_host.offer(wire::ExecRequest{m_run.run, exec, command, waiting.judged.judgement, waiting.judged.sha256}))
        return refuse(exec, tooLarge);
    m_host.loop().cancel(waiting.deadline);
    waiting.asked = true;
    // The service only writes it down: meanwhile the helper can say what is to be inherited.
    if (waiting.judged.judgement.verdict == Verdict::Escalate)
        m_interceptor->expectOutside(exec);
}

bool ExecDesk::pinContent(Waiting& waiting) {
    const Resolution& resolution = waiting.resolution;
    const Command& command = resolution.command;
    const bool needed = command.origin == FileOrigin::AgentWritable || resolution.binding == ScriptBinding::ByContent;
    if (needed && waiting.judged.sha256.empty()) {
        if (auto hash = contentHash(pinOf(resolution.pins, command.identity)))
            waiting.judged.sha256 = std::move(*hash);
    }
    // A rule that allows a path allows whatever is there; a person allows what was shown.
    const bool asked = waiting.judged.judgement.verdict == Verdict::Ask;
    if (needed && waiting.judged.sha256.empty() && (asked || resolution.binding == ScriptBinding::ByContent))
        return false;
    if (!resolution.agentsInterpreter)
        return true;
    auto hash = contentHash(pinOf(resolution.pins, command.runsAs));
    if (hash)
        waiting.interpreterSha256 = std::move(*hash);
    return hash.has_value();
}

void ExecDesk::setEnvironment(Waiting& waiting, const std::vector<std::string>& passed) const {
    Command& command = waiting.resolution.command;
    const RuleSandbox sandbox = waiting.judged.judgement.sandbox;
    const wire::GateConfig& config = m_host.config();
    if (isWider(sandbox, waiting.reach)) {
        const auto& login = sandbox == RuleSandbox::None ? config.loginEnvironment : config.sandboxedEnvironment;
        OutsideEnvironment outside =
            outsideEnvironment({login, m_run.environment, waiting.claim.environment}, passed, command.workdir);
        command.environment = std::move(outside.complete);
        command.droppedEnvironment = std::move(outside.dropped);
    } else {
        // It gains nothing by what an agent put into it.
        command.environment = waiting.claim.environment;
        command.droppedEnvironment.clear();
    }
    if (sandbox != RuleSandbox::None)
        setInterceptor(command.environment, config.execHelperPath);
    if (sandbox == RuleSandbox::ReadOnly || sandbox == RuleSandbox::WorkspaceWrite)
        setVariable(command.environment, "CODEX_SANDBOX_NETWORK_DISABLED", "1");
}

void ExecDesk::answered(const wire::ExecAnswer& answer) {
    const auto found = m_waiting.find(answer.exec);
    if (found == m_waiting.end() || !found->second->asked)
        return; // withdrawn meanwhile
    Waiting& waiting = *found->second;
    // A rule that forbids it may have come while a person thought.
    if (answer.verdict != Verdict::Deny && isForbiddenMeanwhile(waiting))
        return refuse(answer.exec, waiting.judged.judgement.reason);
    switch (answer.verdict) {
    case Verdict::Inside:
        goOnInside(answer.exec, waiting);
        return forget(answer.exec);
    case Verdict::Escalate:
        if (waiting.judged.judgement.dangers.empty())
            return escalate(answer.exec, answer);
        break; // it was not proven for that
    case Verdict::Deny:
    case Verdict::Ask:
        break;
    }
    m_interceptor->refuse(answer.exec, answer.reason.empty() ? "It was refused." : answer.reason);
    forget(answer.exec);
}

bool ExecDesk::isForbiddenMeanwhile(Waiting& waiting) const {
    if (m_host.policy()->snapshot().version == waiting.policyVersion)
        return false;
    Judged now = judgeNow(waiting);
    if (now.judgement.verdict != Verdict::Deny) {
        RuleSandbox& sandbox = waiting.judged.judgement.sandbox;
        sandbox = narrower(sandbox, now.judgement.sandbox, waiting.reach);
        return false;
    }
    waiting.judged = std::move(now);
    return true;
}

void ExecDesk::escalate(ExecId exec, const wire::ExecAnswer& answer) {
    Waiting& waiting = *m_waiting.at(exec);
    std::vector<std::string> passed = waiting.judged.judgement.passEnvironment;
    passed.insert(passed.end(), answer.passEnvironment.begin(), answer.passEnvironment.end());
    setEnvironment(waiting, passed);
    Resolution& resolution = waiting.resolution;
    m_outside.emplace(exec, recordOf(exec, waiting, Verdict::Escalate));
    OutsideCaller caller = m_interceptor->takeOutside(exec);
    StartOutside start{exec,
                       std::move(resolution.command),
                       std::move(resolution.execPath),
                       resolution.form,
                       resolution.script,
                       resolution.binding,
                       std::move(waiting.judged.sha256),
                       std::move(waiting.interpreterSha256),
                       caller.protocol,
                       caller.told,
                       static_cast<std::uint32_t>(resolution.pins.size()),
                       waiting.judged.judgement.sandbox,
                       {},
                       -1,
                       {}};
    std::vector<UniqueFd> fds = std::move(resolution.pins);
    fds.insert(fds.begin(), std::move(caller.stream));
    forget(exec);
    m_run.startOutside(std::move(start), std::move(fds));
}

void ExecDesk::refuse(ExecId exec, const std::string& reason) {
    Waiting& waiting = *m_waiting.at(exec);
    m_interceptor->refuse(exec, reason);
    ExecRecord record = recordOf(exec, waiting, Verdict::Deny);
    record.judgement.verdict = Verdict::Deny;
    record.judgement.reason = reason;
    m_host.records().add(std::move(record));
    forget(exec);
}

void ExecDesk::policyChanged() {
    std::vector<ExecId> held;
    for (const auto& [exec, waiting] : m_waiting) {
        if (!waiting->asked)
            held.push_back(exec);
    }
    for (const ExecId exec : held)
        decide(exec);
}

void ExecDesk::gone(ExecId exec) {
    const auto found = m_waiting.find(exec);
    if (found == m_waiting.end())
        return;
    if (found->second->asked)
        m_host.tell(wire::ExecWithdrawn{m_run.run, exec});
    forget(exec);
}

void ExecDesk::close() {
    m_closed = true;
    recordSettled();
    while (!m_waiting.empty()) {
        const ExecId exec = m_waiting.begin()->first;
        m_interceptor->refuse(exec, stopped);
        gone(exec);
    }
}

void ExecDesk::outsideEnded(const OutsideEnded& ended) {
    const auto found = m_outside.find(ended.exec);
    if (found == m_outside.end())
        return;
    ExecRecord record = std::move(found->second);
    m_outside.erase(found);
    record.ended = true;
    record.status = ended.status;
    record.durationMilliseconds = nowMilliseconds() - record.at;
    if (!ended.refusal.empty()) {
        record.outcome = Verdict::Deny;
        record.judgement.reason = "Not run " + std::string(placeOf(record.judgement.sandbox)) + ": " + ended.refusal;
    }
    m_host.records().add(std::move(record));
}

/**
 * The answered caller often waits for the very processor that we are on, so what nobody waits for is done a moment
 * later. Not much later: its parents must still be there to be named.
 */
void ExecDesk::recordLater(ExecId exec) {
    const auto found = m_waiting.find(exec);
    m_host.loop().cancel(found->second->deadline);
    found->second->answeredAt = nowMilliseconds();
    m_settled.emplace_back(exec, std::move(found->second));
    m_waiting.erase(found);
    if (m_settled.size() >= limits::unrecordedExecs)
        return recordSettled();
    if (m_recording == 0)
        m_recording = m_host.loop().after(1ms, [this] { recordSettled(); });
}

void ExecDesk::recordSettled() {
    m_host.loop().cancel(std::exchange(m_recording, 0));
    for (const auto& [exec, waiting] : std::exchange(m_settled, {})) {
        ExecRecord record = recordOf(exec, *waiting, Verdict::Inside);
        record.at = waiting->answeredAt;
        m_host.records().add(std::move(record));
    }
}

ExecRecord ExecDesk::recordOf(ExecId exec, const Waiting& waiting, Verdict outcome) {
    const Command& command = waiting.resolution.command;
    ExecRecord record;
    record.run = m_run.run;
    record.exec = exec;
    record.at = nowMilliseconds();
    record.file = command.file;
    record.realPath = command.realPath;
    record.argv = command.argv;
    record.workdir = command.workdir;
    record.chain = command.chain.empty() ? m_chains.endingWith(waiting.facts.parent, m_run.roots()) : command.chain;
    record.origin = command.origin;
    record.judgement = waiting.judged.judgement;
    record.outcome = outcome;
    record.decidedBy = AnswerSource::Rule;
    for (const std::string& dropped : command.droppedEnvironment)
        record.droppedEnvironment.push_back(dropped.substr(0, dropped.find('=')));
    return record;
}

void ExecDesk::forget(ExecId exec) {
    const auto found = m_waiting.find(exec);
    m_host.loop().cancel(found->second->deadline);
    m_waiting.erase(found);
}

} // namespace exeat::gate
