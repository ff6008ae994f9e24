#include "service/run/finishedruns.h"

#include "shared/base/limits.h"

#include <algorithm>

namespace exeat {

std::vector<RunId> FinishedRuns::add(const RunId& run, std::size_t bytes) {
    m_kept.push_back({run, bytes});
    m_bytes += bytes;
    std::vector<RunId> dropped;
    while (m_kept.size() > 1 && (m_kept.size() > limits::keptRuns || m_bytes > limits::keptRunBytes)) {
        dropped.push_back(m_kept.front().run);
        m_bytes -= m_kept.front().bytes;
        m_kept.pop_front();
    }
    return dropped;
}

void FinishedRuns::remove(const RunId& run) {
    const auto found = std::ranges::find(m_kept, run, &Kept::run);
    if (found == m_kept.end())
        return;
    m_bytes -= found->bytes;
    m_kept.erase(found);
}

} // namespace exeat
