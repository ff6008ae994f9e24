#include "service/run/accepteddangers.h"

#include "shared/base/limits.h"

#include <algorithm>

namespace exeat {

void AcceptedDangers::accept(const DangerousExec& exec, const Decision& decision, Moment now) {
    std::erase_if(m_entries, [&](const Entry& entry) { return entry.until && *entry.until <= now; });
    const bool lasting = decision.kind == AnswerKind::AllowSession || decision.kind == AnswerKind::AllowFor;
    for (const Danger& danger : exec.dangers) {
        Entry entry{danger.command, danger.host, exec.workdir, lasting ? RunId{} : exec.run, {}, decision};
        if (decision.kind == AnswerKind::AllowFor)
            entry.until = now + std::chrono::seconds(decision.seconds);
        m_entries.push_back(std::move(entry));
    }
    if (m_entries.size() > limits::acceptedDangers)
        m_entries.erase(m_entries.begin(),
                        m_entries.end() - static_cast<std::ptrdiff_t>(limits::acceptedDangers)); // asked again, then
}

std::optional<Decision> AcceptedDangers::covering(const DangerousExec& exec, Moment now) const {
    std::optional<Decision> first;
    for (const Danger& danger : exec.dangers) {
        const auto found = std::ranges::find_if(m_entries, [&](const Entry& entry) {
            return entry.command == danger.command && entry.host == danger.host && entry.workdir == exec.workdir &&
                   (!entry.run || entry.run == exec.run) && (!entry.until || *entry.until > now);
        });
        if (found == m_entries.end())
            return std::nullopt;
        if (!first)
            first = found->decision;
    }
    return first;
}

void AcceptedDangers::runEnded(const RunId& run) {
    std::erase_if(m_entries, [&](const Entry& entry) { return entry.run == run; });
}

} // namespace exeat
