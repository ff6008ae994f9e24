#include "service/gate/sandbox/runleases.h"

#include "shared/base/scopeexit.h"

#include <algorithm>

#include <poll.h>

namespace exeat::gate {

namespace {

/** An agent that works makes its next call within this. */
constexpr auto linger = std::chrono::seconds(1);

bool isOver(const UniqueFd& pidfd) {
    pollfd entry{pidfd.get(), POLLIN, 0};
    return ::poll(&entry, 1, 0) == 1;
}

} // namespace

Result<void> RunLeases::prepare() {
    if (m_placeholders)
        return {};
    auto opened = Placeholders::open(m_stateFolder);
    if (!opened)
        return std::unexpected(opened.error());
    m_placeholders = std::make_unique<Placeholders>(std::move(*opened));
    const auto lock = m_placeholders->lock();
    m_placeholders->sweep();
    return {};
}

Result<RunLease> RunLeases::begin(const SandboxSpec& spec) {
    if (auto ready = prepare(); !ready)
        return std::unexpected(ready.error());
    const auto lock = m_placeholders->lock();
    RunLease lease;
    ScopeExit undo([&] {
        for (const auto& path : lease.placeholders)
            m_placeholders->drop(path);
    });
    auto steps = planMounts(spec, [&](const std::string& path, PlaceholderKind kind) {
        auto made = m_placeholders->make(path, kind);
        if (made && *made)
            lease.placeholders.push_back(path);
        return made;
    });
    if (!steps)
        return std::unexpected(steps.error());
    lease.steps = std::move(*steps);
    for (const auto& step : lease.steps) {
        if (step.kind != MountKind::ReadOnly ||
            std::ranges::find(lease.placeholders, step.path) != lease.placeholders.end())
            continue;
        auto joined = m_placeholders->join(step.path);
        if (!joined)
            return std::unexpected(joined.error());
        if (*joined)
            lease.placeholders.push_back(step.path);
    }
    undo.dismiss();
    return lease;
}

void RunLeases::abandon(const RunLease& lease) {
    drop(lease.placeholders);
}

Result<void> RunLeases::endWith(RunLease lease, const UniqueFd& pidfd) {
    if (lease.placeholders.empty())
        return {};
    auto copy = pidfd.duplicate();
    if (!copy) {
        drop(lease.placeholders);
        return std::unexpected(copy.error());
    }
    m_watched.push_back({std::move(*copy), std::move(lease.placeholders)});
    return {};
}

std::optional<RunLeases::Clock::time_point> RunLeases::tidy() {
    collectEnded();
    dropDue(Clock::now());
    return m_ended.empty() ? std::nullopt : std::optional(m_ended.front().due);
}

void RunLeases::settle() {
    collectEnded();
    dropDue(Clock::time_point::max());
}

void RunLeases::drop(const std::vector<std::string>& paths) {
    if (paths.empty())
        return;
    const auto lock = m_placeholders->lock();
    for (const auto& path : paths)
        m_placeholders->drop(path);
}

void RunLeases::collectEnded() {
    std::erase_if(m_watched, [&](Watched& run) {
        if (!isOver(run.pidfd))
            return false;
        m_ended.push_back({Clock::now() + linger, std::move(run.placeholders)});
        return true;
    });
}

void RunLeases::dropDue(Clock::time_point now) {
    std::vector<std::string> due;
    std::erase_if(m_ended, [&](const Ended& run) {
        if (run.due > now)
            return false;
        due.insert(due.end(), run.placeholders.begin(), run.placeholders.end());
        return true;
    });
    drop(due);
}

} // namespace exeat::gate
