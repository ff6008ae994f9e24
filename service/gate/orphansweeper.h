#pragma once

#include "service/gate/eventloop.h"

#include <functional>
#include <set>
#include <vector>

#include <sys/types.h>

namespace exeat::gate {

/**
 * When a keeper is killed, what it kept becomes our children (we are a subreaper): they are killed here until none is
 * left, at most limits::treeEnd. Children known to be somebody's are left alone.
 */
class OrphanSweeper {
public:
    explicit OrphanSweeper(EventLoop& loop) : m_loop(loop) {}
    ~OrphanSweeper() { m_loop.cancel(m_timer); }
    OrphanSweeper(const OrphanSweeper&) = delete;
    OrphanSweeper& operator=(const OrphanSweeper&) = delete;

    void know(pid_t child) { m_known.insert(child); }
    void forget(pid_t child) { m_known.erase(child); }
    /** Replaces the set of children that stand for sandboxes. */
    void knowSandboxes(const std::vector<pid_t>& children) { m_sandboxes = {children.begin(), children.end()}; }
    void sweep(std::function<void()> done);

private:
    void round();
    EventLoop& m_loop;
    std::set<pid_t> m_known;
    std::set<pid_t> m_sandboxes;
    std::vector<std::function<void()>> m_waiting;
    EventLoop::Clock::time_point m_end;
    EventLoop::TimerId m_timer = 0;
};

} // namespace exeat::gate
