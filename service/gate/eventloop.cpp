#include "service/gate/eventloop.h"

#include <algorithm>
#include <array>

#include <sys/epoll.h>

namespace exeat::gate {

Result<EventLoop> EventLoop::create() {
    UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll)
        return failErrno("cannot make an event loop");
    return EventLoop(std::move(epoll));
}

Result<EventLoop::WatchId> EventLoop::watch(int fd, std::uint32_t events, Handler handler) {
    const WatchId id = m_nextId++;
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    if (::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, fd, &event) < 0)
        return failErrno("cannot watch a descriptor");
    m_watches.emplace(id, std::make_shared<Watch>(Watch{fd, std::move(handler)}));
    return id;
}

void EventLoop::change(WatchId id, std::uint32_t events) {
    const auto found = m_watches.find(id);
    if (found == m_watches.end())
        return;
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    ::epoll_ctl(m_epoll.get(), EPOLL_CTL_MOD, found->second->fd, &event);
}

void EventLoop::unwatch(WatchId id) {
    const auto found = m_watches.find(id);
    if (found == m_watches.end())
        return;
    ::epoll_ctl(m_epoll.get(), EPOLL_CTL_DEL, found->second->fd, nullptr);
    m_watches.erase(found);
}

EventLoop::TimerId EventLoop::after(std::chrono::milliseconds delay, std::function<void()> action) {
    const TimerId id = m_nextId++;
    const auto when = Clock::now() + delay;
    m_timers.emplace(std::pair(when, id), std::move(action));
    m_timerTimes.emplace(id, when);
    return id;
}

void EventLoop::cancel(TimerId id) {
    const auto found = m_timerTimes.find(id);
    if (found == m_timerTimes.end())
        return;
    m_timers.erase({found->second, id});
    m_timerTimes.erase(found);
}

int EventLoop::untilNextTimer() const {
    if (m_timers.empty())
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_timers.begin()->first.first - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void EventLoop::fireTimers() {
    const auto now = Clock::now();
    while (!m_timers.empty() && m_timers.begin()->first.first <= now) {
        const auto action = std::move(m_timers.begin()->second);
        m_timerTimes.erase(m_timers.begin()->first.second);
        m_timers.erase(m_timers.begin());
        action();
    }
}

void EventLoop::run() {
    std::array<epoll_event, 64> events;
    while (m_running) {
        const int ready = ::epoll_wait(m_epoll.get(), events.data(), static_cast<int>(events.size()), untilNextTimer());
        for (int i = 0; i < ready && m_running; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            const std::uint64_t number =
                event.data.u64; // a copy: the kernel's struct is packed, find() takes a reference
            const auto found = m_watches.find(number);
            if (found == m_watches.end())
                continue; // an earlier handler of this round removed it
            const std::shared_ptr<Watch> watch = found->second;
            watch->handler(event.events);
        }
        fireTimers();
    }
}

} // namespace exeat::gate
