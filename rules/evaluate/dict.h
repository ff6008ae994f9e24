#pragma once

#include "rules/evaluate/outcome.h"
#include "rules/evaluate/value.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace exeat::rules {

class Evaluation;

/** A hash table that keeps the order in which keys came. Deterministic: hashes are the same in every run. */
class Dict {
public:
    struct Entry {
        Value key;
        Value value;
        std::uint64_t hash = 0;
    };

    const std::vector<Entry>& entries() const { return m_entries; }
    std::size_t size() const { return m_entries.size(); }

    /** Null: not there. Raises where the key cannot be hashed. The pointer lives until the next change. */
    Raisable<Value*> find(Evaluation& evaluation, Value key);
    enum class Place { New, Known };
    /** A known key keeps its place. */
    Raisable<Place> set(Evaluation& evaluation, Value key, Value value);
    /** The value that was removed, Unset if there was none. */
    Outcome remove(Evaluation& evaluation, Value key);
    /** Of a dict that is not empty. */
    Raisable<Entry> removeFirst(Evaluation& evaluation);
    void clear();

private:
    static constexpr std::uint32_t free = UINT32_MAX;

    Raisable<std::size_t> slotOf(Evaluation& evaluation, Value key, std::uint64_t hash) const;
    Raisable<void> removeAt(Evaluation& evaluation, std::size_t index);
    void rebuild(std::size_t slots);

    std::vector<Entry> m_entries;
    std::vector<std::uint32_t> m_slots; ///< a power of two, at most two thirds taken; each an index of m_entries
};

} // namespace exeat::rules
