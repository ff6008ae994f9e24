#include "service/run/sessiongrants.h"

namespace exeat {

void SessionGrants::add(const PrefixRule& rule, std::optional<Moment> until) {
    for (auto& entry : m_entries) {
        if (entry.rule == rule) {
            entry.until = until;
            return;
        }
    }
    m_entries.push_back({rule, until});
}

std::vector<PrefixRule> SessionGrants::at(Moment now) {
    std::erase_if(m_entries, [&](const Entry& entry) { return entry.until && *entry.until <= now; });
    std::vector<PrefixRule> rules;
    rules.reserve(m_entries.size());
    for (const auto& entry : m_entries)
        rules.push_back(entry.rule);
    return rules;
}

std::optional<SessionGrants::Moment> SessionGrants::nextEnd() const {
    std::optional<Moment> next;
    for (const auto& entry : m_entries) {
        if (entry.until && (!next || *entry.until < *next))
            next = entry.until;
    }
    return next;
}

} // namespace exeat
