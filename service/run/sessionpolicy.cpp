#include "service/run/sessionpolicy.h"

#include "rules/places.h"
#include "shared/base/limits.h"

#include <algorithm>
#include <utility>

namespace exeat {

SessionPolicy::SessionPolicy(PolicyAccess& access, std::string project, QObject* parent)
    : QObject(parent), m_access(access), m_project(std::move(project)) {
    m_next.setSingleShot(true);
    m_grantEnds.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &SessionPolicy::enterNeeded);
    connect(&m_grantEnds, &QTimer::timeout, this, &SessionPolicy::update);
    connect(&m_access, &PolicyAccess::changed, this, &SessionPolicy::rulesChanged);
}

PolicySnapshot SessionPolicy::gateStarts() {
    m_gate = Gate::Present;
    m_sent = {};
    return m_access.snapshot(m_reader, m_project, {}, {});
}

void SessionPolicy::gateEnded() {
    m_gate = Gate::Absent;
    m_needed.clear();
}

void SessionPolicy::enter(const std::string& directory) {
    m_reader.lookedAt.reset(); // a call sees what no watch tells of, too
    add(directory);
    update();
}

void SessionPolicy::need(const std::string& directory) {
    if (std::ranges::find(m_needed, directory) == m_needed.end())
        m_needed.push_back(directory); // a gate asks for limits::pendingDirectories at once
    m_next.start(0);
}

void SessionPolicy::enterNeeded() {
    if (m_needed.empty())
        return;
    const std::string directory = std::move(m_needed.front());
    m_needed.pop_front();
    if (!m_needed.empty())
        m_next.start(0);
    add(directory);
    update();
}

void SessionPolicy::add(const std::string& directory) {
    std::erase(m_directories, directory);
    if (m_directories.size() >= limits::sessionDirectories || m_reader.known.facts.size() >= limits::sessionLevels)
        m_directories.clear(); // the gate asks again for those still in use
    m_directories.insert(m_directories.begin(), directory);
}

void SessionPolicy::grant(const PrefixRule& rule, std::optional<std::chrono::seconds> life) {
    m_grants.add(rule, life ? std::optional(std::chrono::steady_clock::now() + *life) : std::nullopt);
    update();
}

/** Most changes are of other sessions' places, and to look at all of ours takes milliseconds. */
void SessionPolicy::rulesChanged(const std::set<std::string>& owners) {
    std::vector<std::string> places = m_directories;
    places.push_back(m_sent.project.empty() ? m_project : m_sent.project);
    if (std::ranges::any_of(owners, [&](const std::string& owner) { return rules::bindsAt(owner, places); }))
        update();
}

void SessionPolicy::update() {
    if (m_gate == Gate::Absent)
        return;
    const auto moment = std::chrono::steady_clock::now();
    PolicySnapshot snapshot =
        m_access.snapshot(m_reader, m_project, {m_directories.begin(), m_directories.end()}, m_grants.at(moment));
    if (const auto next = m_grants.nextEnd())
        m_grantEnds.start(std::chrono::ceil<std::chrono::milliseconds>(*next - moment));
    const std::uint64_t version = std::exchange(snapshot.version, m_sent.version);
    if (snapshot == m_sent)
        return;
    snapshot.version = version;
    m_sent = std::move(snapshot);
    emit changed(m_sent);
}

} // namespace exeat
