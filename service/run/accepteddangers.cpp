#include "service/run/accepteddangers.h"

#include "shared/base/limits.h"

#include <algorithm>

namespace exeat {
namespace {

/** Its argv is the dangerous command itself, here: the same words do the same. */
bool saysItAll(const DangerousExec& exec) {
    return !exec.dangers.empty() && std::ranges::all_of(exec.dangers, [&](const Danger& danger) {
        // argv[0] may be a path of the program that the list knows by its name.
        return danger.host.empty() && !exec.argv.empty() && danger.command.size() == exec.argv.size() &&
               std::equal(danger.command.begin() + 1, danger.command.end(), exec.argv.begin() + 1);
    });
}

} // namespace

void AcceptedDangers::accept(const DangerousExec& exec, const Decision& decision, Moment now) {
    std::erase_if(m_entries, [&](const Entry& entry) { return entry.until && *entry.until <= now; });
    if (!saysItAll(exec))
        return;
    const bool lasting = decision.kind == AnswerKind::AllowSession || decision.kind == AnswerKind::AllowFor;
    Entry entry{exec.argv, exec.workdir, exec.sandbox, lasting ? RunId{} : exec.run, {}, decision};
    if (decision.kind == AnswerKind::AllowFor)
        entry.until = now + std::chrono::seconds(decision.seconds);
    m_entries.push_back(std::move(entry));
    if (m_entries.size() > limits::acceptedDangers)
        m_entries.erase(m_entries.begin()); // asked again, then
}

std::optional<Decision> AcceptedDangers::covering(const DangerousExec& exec, Moment now) const {
    if (!saysItAll(exec))
        return std::nullopt;
    const auto found = std::ranges::find_if(m_entries, [&](const Entry& entry) {
        return entry.argv == exec.argv && entry.workdir == exec.workdir && entry.sandbox == exec.sandbox &&
               (!entry.run || entry.run == exec.run) && (!entry.until || *entry.until > now);
    });
    return found == m_entries.end() ? std::nullopt : std::optional(found->decision);
}

void AcceptedDangers::runEnded(const RunId& run) {
    std::erase_if(m_entries, [&](const Entry& entry) { return entry.run == run; });
}

} // namespace exeat
