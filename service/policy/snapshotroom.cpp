#include "service/policy/snapshotroom.h"

#include "service/policy/ruleweight.h"

namespace exeat {

RulesSize sizeOf(const std::vector<PrefixRule>& rules, const std::vector<HostExecutable>& hosts) {
    RulesSize size{rules.size(), 0};
    for (const auto& rule : rules)
        size.bytes += weightOf(rule);
    for (const auto& host : hosts)
        size.bytes += weightOf(host);
    return size;
}

bool SnapshotRoom::take(const RulesSize& size) {
    if (size.rules > m_left.rules || size.bytes > m_left.bytes)
        return false;
    m_left.rules -= size.rules;
    m_left.bytes -= size.bytes;
    return true;
}

} // namespace exeat
