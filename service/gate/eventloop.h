#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

namespace exeat::gate {

/**
 * One thread's wait for descriptors and deadlines: epoll(7), level-triggered. Handlers may add and remove anything,
 * themselves included. What is watched stays the caller's and must be unwatched before it is closed.
 */
class EventLoop {
public:
    using Handler = std::function<void(std::uint32_t events)>;
    using Clock = std::chrono::steady_clock;
    using WatchId = std::uint64_t;
    using TimerId = std::uint64_t;

    static Result<EventLoop> create();

    /** `events` as epoll_ctl(2); EPOLLERR and EPOLLHUP always come. */
    Result<WatchId> watch(int fd, std::uint32_t events, Handler handler);
    /** `fd` is still open and is the one of watch(). */
    void change(WatchId id, std::uint32_t events);
    void unwatch(WatchId id);

    TimerId after(std::chrono::milliseconds delay, std::function<void()> action);
    /** Unknown and spent ids are ignored. */
    void cancel(TimerId id);

    /** Until stop(). */
    void run();
    void stop() { m_running = false; }

private:
    struct Watch {
        int fd;
        Handler handler;
    };
    explicit EventLoop(UniqueFd epoll) : m_epoll(std::move(epoll)) {}
    int untilNextTimer() const;
    void fireTimers();

    UniqueFd m_epoll;
    std::unordered_map<WatchId, std::shared_ptr<Watch>> m_watches;
    std::map<std::pair<Clock::time_point, TimerId>, std::function<void()>> m_timers;
    std::unordered_map<TimerId, Clock::time_point> m_timerTimes;
    std::uint64_t m_nextId = 1;
    bool m_running = true;
};

} // namespace exeat::gate
