#include "rules/evaluate/dict.h"

#include "rules/evaluate/compare.h"
#include "rules/evaluate/evaluation.h"

#include <algorithm>

namespace exeat::rules {
namespace {

constexpr std::size_t smallestTable = 8;

} // namespace

Raisable<std::size_t> Dict::slotOf(Evaluation& evaluation, Value key, std::uint64_t hash) const {
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = hash & mask;
    while (m_slots[slot] != free) {
        const Entry& entry = m_entries[m_slots[slot]];
        if (entry.hash == hash) {
            const auto same = equal(evaluation, entry.key, key);
            if (!same)
                return std::unexpected(same.error());
            if (*same)
                return slot;
        }
        // Keys chosen to collide pay for the walk.
        if (auto spent = evaluation.spend(); !spent)
            return std::unexpected(spent.error());
        slot = (slot + 1) & mask;
    }
    return slot;
}

void Dict::rebuild(std::size_t slots) {
    m_slots.assign(slots, free);
    const std::size_t mask = slots - 1;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        std::size_t slot = m_entries[i].hash & mask;
        while (m_slots[slot] != free)
            slot = (slot + 1) & mask;
        m_slots[slot] = static_cast<std::uint32_t>(i);
    }
}

Raisable<Value*> Dict::find(Evaluation& evaluation, Value key) {
    const auto hash = hashOf(evaluation, key);
    if (!hash)
        return std::unexpected(hash.error());
    if (m_entries.empty())
        return nullptr;
    const auto slot = slotOf(evaluation, key, *hash);
    if (!slot)
        return std::unexpected(slot.error());
    return m_slots[*slot] == free ? nullptr : &m_entries[m_slots[*slot]].value;
}

Raisable<Dict::Place> Dict::set(Evaluation& evaluation, Value key, Value value) {
    const auto hash = hashOf(evaluation, key);
    if (!hash)
        return std::unexpected(hash.error());
    if (m_slots.size() * 2 < m_entries.size() * 3 + 3) {
        const std::size_t slots = std::max(smallestTable, m_slots.size() * 2);
        const std::size_t bytes = slots * (sizeof(std::uint32_t) + sizeof(Entry));
        if (auto room = evaluation.reserve(bytes); !room)
            return std::unexpected(room.error());
        evaluation.count(bytes);
        rebuild(slots);
    }
    const auto slot = slotOf(evaluation, key, *hash);
    if (!slot)
        return std::unexpected(slot.error());
    if (m_slots[*slot] != free) {
        m_entries[m_slots[*slot]].value = value;
        return Place::Known;
    }
    m_slots[*slot] = static_cast<std::uint32_t>(m_entries.size());
    m_entries.push_back({key, value, *hash});
    return Place::New;
}

Raisable<void> Dict::removeAt(Evaluation& evaluation, std::size_t index) {
    if (auto spent = evaluation.spend(1 + m_entries.size() / Evaluation::valuesPerStep); !spent)
        return spent;
    m_entries.erase(m_entries.begin() + static_cast<std::ptrdiff_t>(index));
    rebuild(m_slots.size());
    return {};
}

Outcome Dict::remove(Evaluation& evaluation, Value key) {
    const auto found = find(evaluation, key);
    if (!found)
        return std::unexpected(found.error());
    if (*found == nullptr)
        return Value();
    const Value value = **found;
    const auto entry = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const Entry& candidate) { return &candidate.value == *found; });
    if (auto removed = removeAt(evaluation, static_cast<std::size_t>(entry - m_entries.begin())); !removed)
        return std::unexpected(removed.error());
    return value;
}

Raisable<Dict::Entry> Dict::removeFirst(Evaluation& evaluation) {
    const Entry first = m_entries.front();
    if (auto removed = removeAt(evaluation, 0); !removed)
        return std::unexpected(removed.error());
    return first;
}

void Dict::clear() {
    m_entries.clear();
    m_slots.clear();
}

} // namespace exeat::rules
