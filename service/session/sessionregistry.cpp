#include "service/session/sessionregistry.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/wire/codec.h"

#include <QLoggingCategory>

#include <array>
#include <filesystem>

#include <sys/random.h>

namespace exeat {
namespace {

Q_LOGGING_CATEGORY(lcSession, "exeat.session")

constexpr std::size_t claimedBytes = 128;

Result<void> acceptable(const wire::ShimHello& hello) {
    if (hello.version != wire::protocolVersion)
        return fail(ErrorKind::Refused,
                    "this `exeat mcp` is of another version than the running service; restart the service "
                    "(exeat doctor says how) and the agent");
    if (hello.workdir.empty() || hello.workdir.front() != '/')
        return fail(ErrorKind::Invalid, "the agent's working directory is not an absolute path");
    return {};
}

} // namespace

std::string randomHandle() {
    std::array<unsigned char, 16> bits{};
    std::size_t have = 0;
    while (have < bits.size()) {
        const ssize_t got = ::getrandom(bits.data() + have, bits.size() - have, 0);
        if (got > 0)
            have += static_cast<std::size_t>(got);
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : bits) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string projectRootOf(const std::string& workdir, const std::vector<std::string>& markers) {
    std::error_code error;
    auto real = std::filesystem::canonical(workdir, error);
    if (error)
        return workdir;
    for (auto folder = real;; folder = folder.parent_path()) {
        for (const auto& marker : markers) {
            if (!marker.empty() && std::filesystem::exists(std::filesystem::symlink_status(folder / marker, error)))
                return folder.string();
        }
        if (folder == folder.root_path())
            return real.string();
    }
}

SessionRegistry::SessionRegistry(SessionLedger& ledger, PeerGuard& guard,
                                 std::function<std::vector<std::string>()> projectMarkers, QObject* parent)
    : Sessions(parent), m_ledger(ledger), m_guard(guard), m_markers(std::move(projectMarkers)) {}

SessionRegistry::~SessionRegistry() = default;

Result<SessionId> SessionRegistry::open(pid_t shimPid, const wire::ShimHello& hello) {
    if (m_sessions.size() >= limits::sessions)
        return fail(ErrorKind::Limit, "as many agents are connected as the service takes (" +
                                          std::to_string(limits::sessions) + "); end one and try again");
    if (auto fine = acceptable(hello); !fine)
        return std::unexpected(fine.error());
    auto pidfd = openPidfd(shimPid);
    if (!pidfd)
        return std::unexpected(pidfd.error());
    // Read behind the pidfd: if that has not ended by the end of this function, the facts are of the same process.
    const auto facts = processFacts(shimPid);
    if (!facts)
        return std::unexpected(facts.error());
    if (m_guard.standingOf(shimPid) == PeerStanding::DescendsFromRun)
        return fail(ErrorKind::Refused, "a command of a run may not be an agent of its own: `exeat mcp` was started "
                                        "inside a run, or ended while it connected");

    auto setup = std::make_shared<SessionSetup>();
    setup->agent = {.session = SessionId{randomHandle()},
                    .shimPid = shimPid,
                    .shimStart = facts->startTime,
                    .claimedName = {},
                    .claimedVersion = {},
                    .workdir = hello.workdir,
                    .projectRoot = projectRootOf(hello.workdir, m_markers())};
    setup->environment = hello.environment;
    setup->bashPath = hello.bashPath;
    setup->execHelperPath = hello.execHelperPath;
    setup->preserveProgramPaths = hello.preserveProgramPaths;
    if (auto recorded = m_ledger.sessionOpened(setup->agent); !recorded)
        return std::unexpected(recorded.error());

    const SessionId id = setup->agent.session;
    m_guard.remember(id, agentTree(shimPid));
    Entry entry{std::move(setup), std::move(*pidfd), nullptr};
    entry.ended = std::make_unique<QSocketNotifier>(entry.pidfd.get(), QSocketNotifier::Read);
    connect(entry.ended.get(), &QSocketNotifier::activated, this, [this, id] { close(id); });
    m_sessions.emplace(id, std::move(entry));
    emit countChanged();
    return id;
}

void SessionRegistry::setClient(const SessionId& session, const std::string& name, const std::string& version) {
    const auto found = m_sessions.find(session);
    if (found == m_sessions.end())
        return;
    AgentInfo& agent = found->second.setup->agent;
    agent.claimedName = visible(name, claimedBytes);
    agent.claimedVersion = visible(version, claimedBytes);
    if (auto recorded = m_ledger.sessionNamed(session, agent.claimedName, agent.claimedVersion); !recorded)
        qCWarning(lcSession, "name of an agent not recorded: %s", recorded.error().text.c_str());
}

void SessionRegistry::close(const SessionId& session) {
    const auto found = m_sessions.find(session);
    if (found == m_sessions.end())
        return;
    found->second.ended->setEnabled(false);
    found->second.ended.release()->deleteLater(); // it may be the sender of the signal that brought us here
    m_sessions.erase(found);
    if (auto recorded = m_ledger.sessionClosed(session); !recorded)
        qCWarning(lcSession, "end of an agent not recorded: %s", recorded.error().text.c_str());
    emit closed(session);
    emit countChanged();
}

std::vector<AgentInfo> SessionRegistry::agents() const {
    std::vector<AgentInfo> list;
    for (const auto& [id, entry] : m_sessions)
        list.push_back(entry.setup->agent);
    return list;
}

const AgentInfo* SessionRegistry::find(const SessionId& session) const {
    const auto found = m_sessions.find(session);
    return found == m_sessions.end() ? nullptr : &found->second.setup->agent;
}

std::shared_ptr<const SessionSetup> SessionRegistry::setup(const SessionId& session) const {
    const auto found = m_sessions.find(session);
    return found == m_sessions.end() ? nullptr : found->second.setup;
}

} // namespace exeat
