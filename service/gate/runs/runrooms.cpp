#include "service/gate/runs/runrooms.h"

#include "shared/base/process.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/stat.h>

namespace exeat::gate {

namespace {

FileIdentity pidNamespaceOf(pid_t process) {
    struct stat facts = {};
    const std::string link = "/proc/" + std::to_string(process) + "/ns/pid";
    return ::stat(link.c_str(), &facts) == 0 ? identityOf(facts) : FileIdentity{};
}

CallerReach reachOfSession(const SandboxSpec& session) {
    const bool unconfined = session.mode == SandboxMode::FullAccess;
    const bool writes = unconfined || session.mode == SandboxMode::WorkspaceWrite;
    return {.writesWorkspace = writes,
            .hasNetwork = unconfined || session.network == NetworkAccess::On,
            .sessionWrites = writes};
}

} // namespace

RunRooms::RunRooms(RunHost& host, const wire::StartRun& run, std::function<void()> ended)
    : m_host(host), m_run(run), m_ended(std::move(ended)), m_session(reachOfSession(run.sandbox)) {}

RunRooms::~RunRooms() {
    for (const auto& [kind, room] : m_rooms)
        m_host.loop().unwatch(room.watch);
}

CallerReach RunRooms::reachIn(RuleSandbox kind) const {
    CallerReach reach{.writesWorkspace = false, .hasNetwork = false, .sessionWrites = m_session.sessionWrites};
    switch (kind) {
    case RuleSandbox::ReadOnly:
        break;
    case RuleSandbox::WorkspaceWrite:
        reach.writesWorkspace = true;
        break;
    case RuleSandbox::Network:
        reach.writesWorkspace = m_session.sessionWrites;
        reach.hasNetwork = true;
        break;
    case RuleSandbox::None:
        return m_session;
    }
    return reach;
}

SandboxSpec RunRooms::specOf(RuleSandbox kind) const {
    const CallerReach reach = reachIn(kind);
    SandboxSpec spec = m_run.workspace;
    spec.network = reach.hasNetwork ? NetworkAccess::On : NetworkAccess::Off;
    if (!reach.hasNetwork)
        spec.shownLinks.clear();
    if (!reach.writesWorkspace) {
        spec.mode = SandboxMode::ReadOnly;
        spec.writableRoots.clear();
    }
    return spec;
}

std::vector<std::string> RunRooms::writable(RuleSandbox kind) const {
    return specOf(kind).writableRoots;
}

Result<UniqueFd> RunRooms::open(RuleSandbox kind) {
    if (m_killed)
        return fail(ErrorKind::Unavailable, "the run is over");
    if (const auto room = m_rooms.find(kind); room != m_rooms.end())
        return room->second.run.pidfd.duplicate();
    InsideStart start;
    start.spec = specOf(kind);
    start.workdir = "/";
    for (UniqueFd* fd : {&start.input, &start.output, &start.error})
        *fd = UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC));
    auto run = m_host.startInside(std::move(start));
    if (!run)
        return std::unexpected(run.error());
    const FileIdentity pidNamespace = pidNamespaceOf(run->pid);
    auto pidfd = run->pidfd.duplicate();
    if (pidfd && pidNamespace == FileIdentity{})
        pidfd = fail(ErrorKind::System, "nobody could tell who is in it");
    auto watch = pidfd ? m_host.loop().watch(run->pidfd.get(), EPOLLIN, [this, kind](std::uint32_t) { over(kind); })
                       : std::unexpected(pidfd.error());
    if (!watch) {
        killProcess(run->pidfd);
        return std::unexpected(watch.error());
    }
    m_rooms.emplace(kind, Room{std::move(*run), pidNamespace, *watch});
    return pidfd;
}

void RunRooms::kill() {
    m_killed = true;
    for (const auto& [kind, room] : m_rooms)
        killProcess(room.run.pidfd);
}

bool RunRooms::hasGuard(std::uint64_t guard) const {
    return std::ranges::any_of(m_rooms, [&](const auto& room) { return room.second.run.guard == guard; });
}

std::vector<pid_t> RunRooms::roots() const {
    std::vector<pid_t> roots;
    for (const auto& [kind, room] : m_rooms)
        roots.push_back(room.run.pid);
    return roots;
}

CallerReach RunRooms::reachOf(pid_t caller) const {
    if (m_rooms.empty())
        return m_session;
    const FileIdentity there = pidNamespaceOf(caller);
    if (there == FileIdentity{})
        return {};
    const auto room = std::ranges::find_if(m_rooms, [&](const auto& one) { return one.second.pidNamespace == there; });
    return room == m_rooms.end() ? m_session : reachIn(room->first);
}

void RunRooms::over(RuleSandbox kind) {
    const auto room = m_rooms.extract(kind); // kept until the end of this call: its descriptor is still watched
    m_host.loop().unwatch(room.mapped().watch);
    m_ended();
    m_host.insideEnded();
}

} // namespace exeat::gate
