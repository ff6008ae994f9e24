#include "service/gate/orphansweeper.h"

#include "service/gate/keeper/processtree.h"
#include "shared/base/limits.h"
#include "shared/base/process.h"

#include <utility>

#include <sys/wait.h>

namespace exeat::gate {

namespace {

using namespace std::chrono_literals;
constexpr auto roundTime = 10ms;

} // namespace

void OrphanSweeper::sweep(std::function<void()> done) {
    m_waiting.push_back(std::move(done));
    m_end = EventLoop::Clock::now() + limits::treeEnd;
    if (m_timer == 0)
        round();
}

void OrphanSweeper::round() {
    m_timer = 0;
    std::vector<pid_t> orphans;
    for (const pid_t child : childProcesses()) {
        if (!m_known.contains(child) && !m_sandboxes.contains(child) && ::waitpid(child, nullptr, WNOHANG) == 0)
            orphans.push_back(child);
    }
    if (!orphans.empty() && EventLoop::Clock::now() < m_end && killBelow(orphans) == KillReach::Something) {
        m_timer = m_loop.after(roundTime, [this] { round(); });
        return;
    }
    // A process that we may not signal stays; it is no reason to keep the others waiting.
    for (const auto& done : std::exchange(m_waiting, {}))
        done();
}

} // namespace exeat::gate
