#include "service/gate/runs/gaterun.h"

#include "service/gate/resolve/environment.h"
#include "service/gate/sandbox/shellend.h"
#include "shared/base/process.h"
#include "shared/wire/execframe.h"

#include <csignal>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

/** Where the escalate socket lies inside: above what scripts (3-9) and Bash (10 and up, 255) use for themselves. */
constexpr int escalateSocketNumber = 231;

} // namespace

GateRun::GateRun(RunHost& host, wire::StartRun start)
    : m_host(host), m_start(std::move(start)), m_heuristics(m_start.script, m_start.heuristics),
      m_desk(host, m_heuristics, deskRun()), m_rooms(host, m_start, [this] { kill(); }) {}

DeskRun GateRun::deskRun() {
    std::vector<std::string> writable = m_start.sandbox.writableRoots;
    writable.insert(writable.end(), m_start.workspace.writableRoots.begin(), m_start.workspace.writableRoots.end());
    return {
        m_start.run,
        m_start.workdir,
        m_start.environment,
        std::move(writable),
        shellArgv(),
        [this] { return roots(); },
        [this](pid_t caller) { return m_rooms.reachOf(caller); },
        [this](StartOutside command, std::vector<UniqueFd> fds) { startOutside(std::move(command), std::move(fds)); }};
}

GateRun::~GateRun() {
    m_host.loop().unwatch(m_insideWatch);
    m_host.loop().unwatch(m_statusWatch);
}

void GateRun::start(Streams streams) {
    Judgement judgement = m_heuristics.beforeStart();
    if (judgement.verdict != Verdict::Ask)
        return launch(std::move(streams));
    m_asked = std::move(streams);
    askFirst(std::move(judgement));
}

/** About the script as a whole: what it does by itself, no exec would show. */
void GateRun::askFirst(Judgement judgement) {
    const std::string& shell = m_host.config().bashPath;
    Command command;
    command.file = command.realPath = shell;
    command.names = {shell.substr(shell.rfind('/') + 1)};
    command.origin = FileOrigin::Unplantable;
    command.argv = shellArgv();
    command.workdir = m_start.workdir;
    m_host.tell(wire::ExecRequest{m_start.run, shellExec, std::move(command), std::move(judgement), {}});
}

void GateRun::answered(const wire::ExecAnswer& answer) {
    if (answer.exec != shellExec)
        return m_desk.answered(answer);
    if (!m_asked)
        return; // withdrawn meanwhile
    Streams streams = std::move(*m_asked);
    m_asked.reset();
    if (answer.verdict == Verdict::Inside)
        return launch(std::move(streams));
    m_refused = Error{ErrorKind::Refused, answer.reason.empty() ? "It was refused." : answer.reason, 0};
    endIfOver();
}

void GateRun::launch(Streams streams) {
    if (auto started = startShell(std::move(streams)); !started) {
        m_refused = started.error();
        endIfOver();
    }
}

Result<void> GateRun::startShell(Streams streams) {
    auto pair = makeSocketPair(SOCK_SEQPACKET);
    if (!pair)
        return std::unexpected(pair.error());
    auto interceptor = WrapperInterceptor::create(m_host.loop(), std::move(pair->ours), m_desk);
    if (!interceptor)
        return std::unexpected(interceptor.error());
    m_interceptor = std::move(*interceptor);
    auto socket = pair->theirs.duplicate();
    if (!socket)
        return std::unexpected(socket.error());
    m_escalateSocket = std::move(*socket);
    m_desk.attach(*m_interceptor);
    return m_start.sandbox.mode == SandboxMode::FullAccess
               ? startUnconfined(std::move(streams), std::move(pair->theirs))
               : startInside(std::move(streams), std::move(pair->theirs));
}

std::vector<std::string> GateRun::shellArgv() const {
    // "--": a script that begins with a dash is no option. "bash": its `$0`, by which Bash begins its messages.
    return {m_host.config().bashPath, m_start.login ? "-lc" : "-c", "--", m_start.script, "bash"};
}

std::vector<std::string> GateRun::shellEnvironment() const {
    std::vector<std::string> environment = m_start.environment;
    setEscalateSocket(environment, escalateSocketNumber);
    setInterceptor(environment, m_host.config().execHelperPath);
    return environment;
}

Result<void> GateRun::startInside(Streams streams, UniqueFd socket) {
    InsideStart inside;
    inside.spec = m_start.sandbox;
    inside.argv = shellArgv();
    inside.environment = shellEnvironment();
    inside.workdir = m_start.workdir;
    inside.input = std::move(streams[0]);
    inside.output = std::move(streams[1]);
    inside.error = std::move(streams[2]);
    inside.inherited.push_back({escalateSocketNumber, std::move(socket)});
    auto started = m_host.startInside(std::move(inside));
    if (!started)
        return std::unexpected(started.error());
    m_inside = std::move(*started);
    auto ended = m_host.loop().watch(m_inside->pidfd.get(), EPOLLIN, [this](std::uint32_t) { insideOver(); });
    auto status = m_host.loop().watch(m_inside->status.get(), EPOLLIN, [this](std::uint32_t) { shellStatus(); });
    if (!ended || !status) {
        killProcess(m_inside->pidfd);
        m_inside.reset();
        return std::unexpected(!ended ? ended.error() : status.error());
    }
    m_insideWatch = *ended;
    m_statusWatch = *status;
    m_told = true;
    m_host.tell(wire::RunStarted{m_start.run});
    return {};
}

Result<void> GateRun::startUnconfined(Streams streams, UniqueFd socket) {
    if (auto keeper = ensureKeeper(); !keeper)
        return keeper;
    std::vector<UniqueFd> fds;
    for (UniqueFd& stream : streams)
        fds.push_back(std::move(stream));
    fds.push_back(std::move(socket));
    m_keeper->send(StartUnconfined{shellArgv(), shellEnvironment(), m_start.workdir, escalateSocketNumber},
                   std::move(fds));
    return {};
}

Result<void> GateRun::ensureKeeper() {
    if (m_keeper)
        return {};
    auto keeper = KeeperClient::create(m_host.loop(), {[this](const FromKeeper& message) { keeperTold(message); },
                                                       [this](bool clean) { keeperGone(clean); }});
    if (!keeper)
        return std::unexpected(keeper.error());
    m_keeper = std::move(*keeper);
    m_host.keeperStarted(m_keeper->pid());
    return {};
}

std::vector<pid_t> GateRun::roots() const {
    std::vector<pid_t> roots = m_rooms.roots();
    if (m_keeper)
        roots.insert(roots.begin(), m_keeper->pid());
    roots.insert(roots.begin(), m_inside ? m_inside->pid : m_keeper ? m_keeper->pid() : 0);
    return roots;
}

void GateRun::startOutside(StartOutside start, std::vector<UniqueFd> fds) {
    const ExecId exec = start.exec;
    if (auto keeper = ensureKeeper(); !keeper)
        return m_desk.outsideEnded({exec, {126, 0}, keeper.error().text}); // the closing stream tells the helper
    if (start.sandbox != RuleSandbox::None)
        giveRoom(start, fds);
    m_keeper->send(std::move(start), std::move(fds));
}

void GateRun::giveRoom(StartOutside& start, std::vector<UniqueFd>& fds) {
    auto room = m_rooms.open(start.sandbox);
    auto socket = m_escalateSocket.duplicate();
    if (!room || !socket) {
        start.obstacle = "its sandbox could not be made: " + (!room ? room.error() : socket.error()).text;
        return;
    }
    start.writable = m_rooms.writable(start.sandbox);
    start.socketNumber = escalateSocketNumber;
    fds.push_back(std::move(*room));
    fds.push_back(std::move(*socket));
}

void GateRun::keeperTold(const FromKeeper& message) {
    if (const auto* ended = std::get_if<OutsideEnded>(&message)) {
        m_desk.outsideEnded(*ended);
    } else if (std::holds_alternative<UnconfinedStarted>(message)) {
        m_told = true;
        m_host.tell(wire::RunStarted{m_start.run});
    } else if (const auto* left = std::get_if<TreeLeft>(&message)) {
        m_left = left->processes;
    } else if (const auto* shell = std::get_if<UnconfinedEnded>(&message)) {
        if (shell->failure.empty())
            m_status = shell->status;
        else
            m_refused = Error{ErrorKind::Missing, shell->failure, 0};
        kill();
    }
}

void GateRun::keeperGone(bool clean) {
    const pid_t pid = m_keeper->pid();
    m_keeper.reset();
    m_keeperEnding = false;
    m_sweeping = !clean;
    m_host.keeperEnded(pid, clean, [this] {
        m_sweeping = false;
        endIfOver();
    });
    if (m_start.sandbox.mode == SandboxMode::FullAccess || !clean)
        kill(); // the shell was its child; or what runs outside is lost, and with it the run
    endIfOver();
}

void GateRun::shellStatus() {
    ShellEnd end{0, SIGKILL, 0};
    const ssize_t got = ::read(m_inside->status.get(), &end, sizeof end);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    m_host.loop().unwatch(m_statusWatch);
    const bool whole = got == static_cast<ssize_t>(sizeof end);
    m_status = whole ? ExitStatus{end.code, end.signal} : ExitStatus{0, SIGKILL};
    kill();
    if (!whole || end.alone != 1)
        return;
    // The kernel takes its time with the namespaces of a process that is all that is left; no caller has to wait.
    UniqueFd pidfd = std::move(m_inside->pidfd);
    forgetInside();
    m_host.insideEnds(std::move(pidfd));
    endIfOver();
}

void GateRun::insideOver() {
    if (!m_status)
        shellStatus(); // it may have been written just before the end
    if (!m_inside)
        return;
    forgetInside();
    kill();
    m_host.insideEnded(); // afterwards: nobody waits for it
}

void GateRun::forgetInside() {
    m_host.loop().unwatch(m_insideWatch);
    m_host.loop().unwatch(m_statusWatch);
    m_inside.reset();
}

void GateRun::kill() {
    m_desk.close();
    if (m_asked) {
        m_asked.reset();
        m_host.tell(wire::ExecWithdrawn{m_start.run, shellExec});
    }
    if (m_inside)
        killProcess(m_inside->pidfd);
    m_rooms.kill();
    if (m_keeper && !m_keeperEnding) {
        m_keeperEnding = true;
        m_keeper->send(EndTree{});
    }
    endIfOver();
}

void GateRun::protectionLost(const LostProtection& lost) {
    const bool ours = (m_inside && m_inside->guard == lost.guard) || m_rooms.hasGuard(lost.guard);
    if (!ours || m_over)
        return;
    // First of all: until then it may write.
    if (m_inside)
        killProcess(m_inside->pidfd);
    m_rooms.kill();
    m_why = lost.why;
    kill();
}

void GateRun::endIfOver() {
    if (m_asked || m_inside || m_keeper || m_sweeping || !m_rooms.empty() || m_over)
        return;
    m_over = true;
    m_interceptor.reset();
    m_escalateSocket.reset();
    m_host.records().flush();
    if (m_told)
        m_host.tell(wire::RunEnded{m_start.run, m_status.value_or(ExitStatus{0, SIGKILL}), m_left, m_why});
    else
        m_host.tell(wire::RunRefused{m_start.run, m_refused ? m_refused->kind : ErrorKind::Unavailable,
                                     m_refused ? m_refused->text : "The run was stopped before it began."});
    m_host.runOver(m_start.run);
}

} // namespace exeat::gate
