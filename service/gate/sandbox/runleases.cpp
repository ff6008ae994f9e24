#include "service/gate/sandbox/runleases.h"

#include "shared/base/limits.h"
#include "shared/base/scopeexit.h"

#include <algorithm>

#include <poll.h>

namespace exeat::gate {

namespace {

/** An agent that works makes its next call within this. */
constexpr auto linger = std::chrono::seconds(1);
/** How often a placeholder that others borrowed is tried again: it is only an empty folder in the way of nobody. */
constexpr auto sweepPause = std::chrono::seconds(10);

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
    sweepAgain(m_placeholders->sweep());
    return {};
}

Result<RunLease> RunLeases::begin(const SandboxSpec& spec) {
    if (auto ready = prepare(); !ready)
        return std::unexpected(ready.error());
    const auto lock = m_placeholders->lock();
    RunLease lease;
    ScopeExit undo([&] {
        for (const auto& path : lease.holdings.placeholders)
            sweepAgain(m_placeholders->drop(path));
    });
    auto steps = planMounts(spec, [&](const std::string& path, PlaceholderKind kind) {
        auto made = m_placeholders->make(path, kind);
        if (made && *made)
            lease.holdings.placeholders.push_back(path);
        return made;
    });
    if (!steps)
        return std::unexpected(steps.error());
    lease.steps = std::move(*steps);
    if (auto held = hold(lease); !held)
        return std::unexpected(held.error());
    const auto guard = m_guard.watch(lease.steps);
    if (!guard)
        return std::unexpected(guard.error());
    lease.holdings.guard = *guard;
    m_closedOff.clear();
    undo.dismiss();
    return lease;
}

/** What was there already, and may be the placeholder of another run, gate or user. */
Result<void> RunLeases::hold(RunLease& lease) {
    auto& holdings = lease.holdings;
    const std::string* closedOff = nullptr;
    for (const auto& step : lease.steps) {
        if (step.kind != MountKind::ReadOnly ||
            std::ranges::find(holdings.placeholders, step.path) != holdings.placeholders.end())
            continue;
        auto joined = m_placeholders->join(step.path);
        if (!joined)
            return std::unexpected(joined.error());
        if (*joined) {
            holdings.placeholders.push_back(step.path);
            continue;
        }
        auto borrowed = Placeholders::borrow(step.path, step.file);
        if (!borrowed)
            return std::unexpected(borrowed.error());
        // An owner is through in a moment; who goes on holding it is none, and must not keep runs from starting. All of
        // them are counted in each plan, since there may be many.
        if (borrowed->isClosedOff && ++m_closedOff[step.path] < limits::planAttempts / 2)
            closedOff = &step.path;
        if (borrowed->hold)
            holdings.borrowed.push_back(std::move(borrowed->hold));
    }
    if (closedOff != nullptr)
        return std::unexpected(changedMeanwhile(*closedOff));
    return {};
}

void RunLeases::abandon(RunLease lease) {
    std::vector<RunHoldings> all;
    all.push_back(std::move(lease.holdings));
    drop(std::move(all));
}

Result<void> RunLeases::endWith(RunLease lease, const UniqueFd& pidfd) {
    auto copy = pidfd.duplicate();
    if (!copy) {
        abandon(std::move(lease));
        return std::unexpected(copy.error());
    }
    m_watched.push_back({std::move(*copy), std::move(lease.holdings)});
    return {};
}

std::optional<RunLeases::Clock::time_point> RunLeases::tidy() {
    collectEnded();
    dropDue(Clock::now());
    if (m_ended.empty() || (m_nextSweep && *m_nextSweep < m_ended.front().due))
        return m_nextSweep;
    return m_ended.front().due;
}

void RunLeases::settle() {
    collectEnded();
    dropDue(Clock::time_point::max());
}

void RunLeases::drop(std::vector<RunHoldings> holdings) {
    for (const auto& held : holdings)
        m_guard.release(held.guard); // before we remove what it guards
    if (std::ranges::all_of(holdings, [](const auto& held) { return held.placeholders.empty(); }))
        return;
    const auto lock = m_placeholders->lock();
    for (const auto& held : holdings) {
        for (const auto& path : held.placeholders)
            sweepAgain(m_placeholders->drop(path));
    }
}

void RunLeases::sweepAgain(Placeholders::Left left) {
    if (left == Placeholders::Left::Borrowed && !m_nextSweep)
        m_nextSweep = Clock::now() + sweepPause;
}

void RunLeases::collectEnded() {
    std::erase_if(m_watched, [&](Watched& run) {
        if (!isOver(run.pidfd))
            return false;
        m_ended.push_back({Clock::now() + linger, std::move(run.holdings)});
        return true;
    });
}

void RunLeases::dropDue(Clock::time_point now) {
    std::vector<RunHoldings> due;
    std::erase_if(m_ended, [&](Ended& run) {
        if (run.due > now)
            return false;
        due.push_back(std::move(run.holdings));
        return true;
    });
    drop(std::move(due));
    if (!m_nextSweep || *m_nextSweep > now)
        return;
    m_nextSweep.reset();
    const auto lock = m_placeholders->lock();
    sweepAgain(m_placeholders->sweep());
}

} // namespace exeat::gate
