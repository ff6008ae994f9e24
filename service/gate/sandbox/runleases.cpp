#include "service/gate/sandbox/runleases.h"

#include "shared/base/scopeexit.h"

#include <algorithm>
#include <csignal>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

/** One call often follows another at once; removing a folder takes milliseconds on some disks. */
constexpr auto linger = std::chrono::milliseconds(100);

bool isOver(const UniqueFd& pidfd) {
    pollfd entry{pidfd.get(), POLLIN, 0};
    return ::poll(&entry, 1, 0) == 1;
}

void ring(const UniqueFd& bell) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t put = ::write(bell.get(), &one, sizeof one);
}

} // namespace

RunLeases::~RunLeases() {
    {
        const std::scoped_lock guard(m_mutex);
        m_stop = true;
        if (m_wake)
            ring(m_wake);
    }
    if (m_thread.joinable())
        m_thread.join();
    settle();
}

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
    const std::scoped_lock guard(m_mutex);
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
    const std::scoped_lock guard(m_mutex);
    drop(lease.placeholders);
}

Result<void> RunLeases::endWith(RunLease lease, const UniqueFd& pidfd) {
    if (lease.placeholders.empty())
        return {};
    auto copy = pidfd.duplicate();
    const std::scoped_lock guard(m_mutex);
    auto started = startThread();
    if (!copy || !started) {
        drop(lease.placeholders);
        return std::unexpected(copy ? started.error() : copy.error());
    }
    m_watched.push_back({std::move(*copy), std::move(lease.placeholders)});
    ring(m_wake);
    return {};
}

void RunLeases::settle() {
    const std::scoped_lock guard(m_mutex);
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

Result<void> RunLeases::startThread() {
    if (m_thread.joinable())
        return {};
    m_wake.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!m_wake)
        return failErrno("cannot watch for the end of runs");
    // Signals belong to the gate's loop; a thread inherits the mask of the moment it is made.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    m_thread = std::thread([this] { watch(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return {};
}

void RunLeases::watch() {
    for (;;) {
        std::vector<pollfd> entries;
        int timeout = -1;
        {
            const std::scoped_lock guard(m_mutex);
            if (m_stop)
                return;
            collectEnded();
            dropDue(Clock::now());
            timeout = m_ended.empty() ? -1 : static_cast<int>(linger.count());
            entries.push_back({m_wake.get(), POLLIN, 0});
            for (const auto& run : m_watched)
                entries.push_back({run.pidfd.get(), POLLIN, 0});
        }
        // A descriptor closed meanwhile by settle() at worst wakes us for nothing.
        ::poll(entries.data(), entries.size(), timeout);
        std::uint64_t rings = 0;
        [[maybe_unused]] const ssize_t got = ::read(entries.front().fd, &rings, sizeof rings);
    }
}

} // namespace exeat::gate
