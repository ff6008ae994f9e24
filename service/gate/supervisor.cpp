#include "service/gate/supervisor.h"

#include "shared/base/limits.h"

#include <sys/epoll.h>

namespace exeat::gate {

namespace {

using namespace std::chrono_literals;

/** After the end of the service: everything is being killed; what survives this is another user's. */
constexpr auto lastWait = limits::treeEnd + 2s;

} // namespace

Result<std::unique_ptr<Supervisor>> Supervisor::create(UniqueFd service, StarterFactory starter) {
    auto loop = EventLoop::create();
    if (!loop)
        return std::unexpected(loop.error());
    auto resolver = CommandResolver::create();
    if (!resolver)
        return std::unexpected(resolver.error());
    auto made = std::unique_ptr<Supervisor>(
        new Supervisor(std::move(*loop), std::move(*resolver), std::move(service), std::move(starter)));
    auto watch =
        made->m_loop.watch(made->m_service.fd(), EPOLLIN, [self = made.get()](std::uint32_t) { self->serviceReady(); });
    if (!watch)
        return std::unexpected(watch.error());
    made->m_serviceWatch = *watch;
    return made;
}

Supervisor::Supervisor(EventLoop loop, CommandResolver resolver, UniqueFd service, StarterFactory starter)
    : m_loop(std::move(loop)), m_resolver(std::move(resolver)), m_service(std::move(service)),
      m_starterFactory(std::move(starter)),
      m_records(m_loop, [this](std::vector<ExecRecord> records) { tell(wire::ExecRecords{std::move(records)}); }),
      m_orphans(m_loop) {}

Supervisor::~Supervisor() = default;

void Supervisor::run() {
    m_loop.run();
}

void Supervisor::serviceReady() {
    const auto got = m_service.receive();
    while (!m_closing) {
        auto payload = m_service.take();
        if (!payload || (!*payload && !got))
            return shutDown();
        if (!*payload)
            break;
        auto message = wire::decodeToGate(**payload);
        if (!message || (!m_config && !std::holds_alternative<wire::GateConfig>(*message)))
            return shutDown();
        std::visit([this](auto& m) { handle(m); }, *message);
    }
    flush();
}

void Supervisor::handle(wire::GateConfig& config) {
    if (m_config || config.version != wire::protocolVersion)
        return shutDown(); // the service and its gate are of one build; anything else is not our service
    m_config = std::move(config);
    m_starter = m_starterFactory(*m_config);
    tell(wire::GateReady{wire::protocolVersion});
}

void Supervisor::handle(wire::SetPolicy& policy) {
    m_policy = std::make_unique<PolicyState>(std::move(policy.snapshot));
    std::erase_if(m_neededDirectories, [this](const std::string& folder) { return m_policy->covers(folder); });
    for (const auto& [id, run] : m_runs)
        run->policyChanged();
}

void Supervisor::handle(wire::StartRun& start) {
    GateRun::Streams streams;
    bool complete = true;
    for (UniqueFd& stream : streams) {
        auto fd = m_service.takeFd();
        complete = complete && fd.has_value();
        if (fd)
            stream = std::move(*fd);
    }
    if (!complete)
        return shutDown(); // from here on descriptors and messages would not fit each other
    const RunId id = start.run;
    if (m_runs.contains(id) || m_runs.size() >= limits::runsPerSession)
        return tell(wire::RunRefused{id, ErrorKind::Limit,
                                     "Too many commands of this session run already; wait for one to end."});
    const auto run = m_runs.emplace(id, std::make_unique<GateRun>(*this, std::move(start))).first->second.get();
    run->start(std::move(streams));
}

void Supervisor::handle(wire::KillRun& kill) {
    if (const auto found = m_runs.find(kill.run); found != m_runs.end())
        found->second->kill();
}

void Supervisor::handle(wire::ExecAnswer& answer) {
    if (const auto found = m_runs.find(answer.run); found != m_runs.end())
        found->second->answered(answer);
}

bool Supervisor::serviceListens() const {
    return m_service.queuedBytes() < limits::unreadBytes;
}

void Supervisor::tell(const wire::FromGate& message) {
    (void)offer(message); // what we say of ourselves is bounded
}

bool Supervisor::offer(const wire::FromGate& message) {
    const std::string payload = wire::encode(message);
    if (payload.size() > limits::frameBytes)
        return false;
    if (!m_closing) {
        m_service.send(payload);
        flush();
    }
    return true;
}

void Supervisor::flush() {
    if (m_closing)
        return;
    (void)m_service.flush(); // that the service is gone shows when reading
    m_loop.change(m_serviceWatch, m_service.wantsToWrite() ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void Supervisor::needDirectory(const std::string& directory) {
    if (m_neededDirectories.size() < limits::pendingDirectories && m_neededDirectories.insert(directory).second)
        tell(wire::NeedDirectory{directory});
}

Result<InsideRun> Supervisor::startInside(InsideStart start) {
    auto started = m_starter->start(std::move(start));
    m_orphans.knowSandboxes(m_starter->processes());
    watchChanges();
    // Later: the run that was just started does not know that it is.
    if (auto lost = m_starter->takeLost(); !lost.empty())
        m_loop.after(0ms, [this, lost = std::move(lost)] { endUnprotected(lost); });
    return started;
}

void Supervisor::watchChanges() {
    if (m_changesWatch != 0 || m_starter->changesFd() < 0)
        return;
    auto watch =
        m_loop.watch(m_starter->changesFd(), EPOLLIN, [this](std::uint32_t) { endUnprotected(m_starter->takeLost()); });
    if (watch)
        m_changesWatch = *watch;
    else
        shutDown(); // blind to what is taken from under its runs
}

void Supervisor::endUnprotected(const std::vector<LostProtection>& lost) {
    for (const auto& one : lost) {
        for (const auto& [id, run] : m_runs)
            run->protectionLost(one);
    }
}

void Supervisor::insideEnded() {
    m_loop.cancel(m_tidyTimer);
    const auto next = m_starter->tidy();
    if (!next)
        return;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - EventLoop::Clock::now());
    m_tidyTimer = m_loop.after(left, [this] { insideEnded(); });
}

void Supervisor::insideEnds(UniqueFd pidfd) {
    const auto id = std::make_shared<EventLoop::WatchId>(0);
    const auto watch = m_loop.watch(pidfd.get(), EPOLLIN, [this, id](std::uint32_t) {
        const UniqueFd gone = std::move(m_leaving.extract(*id).mapped());
        m_loop.unwatch(*id);
        insideEnded();
        stopIfDone();
    });
    if (!watch)
        return insideEnded(); // what is left then goes with the next
    *id = *watch;
    m_leaving.emplace(*watch, std::move(pidfd));
}

void Supervisor::keeperEnded(pid_t keeper, bool clean, std::function<void()> whenSwept) {
    m_orphans.forget(keeper);
    if (!clean)
        m_orphans.sweep(std::move(whenSwept));
}

void Supervisor::runOver(const RunId& run) {
    // Later: the run that says so is still on the stack.
    m_loop.after(0ms, [this, run] {
        m_runs.erase(run);
        stopIfDone();
    });
}

void Supervisor::shutDown() {
    if (m_closing)
        return;
    m_closing = true;
    m_loop.unwatch(m_serviceWatch);
    for (const auto& [id, run] : m_runs)
        run->kill();
    m_loop.after(lastWait, [this] { m_loop.stop(); });
    stopIfDone();
}

void Supervisor::stopIfDone() {
    if (m_closing && m_runs.empty() && m_leaving.empty())
        m_loop.stop();
}

} // namespace exeat::gate
