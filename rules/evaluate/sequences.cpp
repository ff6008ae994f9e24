#include "rules/evaluate/compare.h"
#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/globals.h"
#include "rules/evaluate/iteration.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace exeat::rules {
namespace {

enum class Quantifier { Any, All };

Outcome quantified(Evaluation& evaluation, const NativeCall& call, Quantifier quantifier) {
    auto iteration = Iteration::over(evaluation, call[0]);
    if (!iteration)
        return std::unexpected(iteration.error());
    for (;;) {
        const auto item = iteration->next();
        if (!item)
            return item;
        if (!item->isSet())
            return Value::of(quantifier == Quantifier::All);
        if (truth(*item) == (quantifier == Quantifier::Any))
            return Value::of(quantifier == Quantifier::Any);
    }
}

Outcome enumerated(Evaluation& evaluation, const NativeCall& call) {
    const auto items = itemsOf(evaluation, call[0]);
    if (!items)
        return std::unexpected(items.error());
    if (call.has(1) && (!call[1].is(Kind::Int) || std::abs(call[1].integer()) > INT32_MAX))
        return evaluation.raiseAt(call.position(1), "this number is too large to count from");
    std::int64_t number = call.has(1) ? call[1].integer() : 0;
    if (auto room = evaluation.reserve(items->size() * (sizeof(TupleObject) + 3 * sizeof(Value))); !room)
        return std::unexpected(room.error());
    std::vector<Value> result;
    for (const Value item : *items)
        result.push_back(evaluation.tuple({Value::of(number++), item}));
    return evaluation.list(std::move(result));
}

Outcome reversed(Evaluation& evaluation, const NativeCall& call) {
    auto items = itemsOf(evaluation, call[0]);
    if (!items)
        return std::unexpected(items.error());
    std::reverse(items->begin(), items->end());
    return evaluation.list(std::move(*items));
}

Outcome zipped(Evaluation& evaluation, const NativeCall& call) {
    std::vector<std::vector<Value>> columns;
    std::size_t rows = 0;
    for (const Value column : call.rest) {
        auto items = itemsOf(evaluation, column);
        if (!items)
            return std::unexpected(items.error());
        rows = columns.empty() ? items->size() : std::min(rows, items->size());
        columns.push_back(std::move(*items));
    }
    if (auto room = evaluation.reserve(rows * (sizeof(TupleObject) + (columns.size() + 1) * sizeof(Value))); !room)
        return std::unexpected(room.error());
    std::vector<Value> result;
    for (std::size_t row = 0; row < rows; ++row) {
        std::vector<Value> tuple;
        tuple.reserve(columns.size());
        for (const auto& column : columns)
            tuple.push_back(column[row]);
        result.push_back(evaluation.tuple(std::move(tuple)));
    }
    return evaluation.list(std::move(result));
}

/** What is compared in the place of each item: the item, or what `key` makes of it. */
Raisable<std::vector<Value>> keysOf(Evaluation& evaluation, const std::vector<Value>& items, Value key) {
    if (!key.isSet())
        return items;
    std::vector<Value> keys;
    keys.reserve(items.size());
    for (const Value item : items) {
        const auto made = evaluation.call(key, std::span(&item, 1));
        if (!made)
            return std::unexpected(made.error());
        keys.push_back(*made);
    }
    return keys;
}

enum class Extreme { Smallest, Largest };

/** Of several that are alike, the first. */
Outcome extreme(Evaluation& evaluation, const NativeCall& call, Extreme wanted) {
    std::vector<Value> items = call.rest;
    if (items.size() == 1) {
        auto walked = itemsOf(evaluation, items[0]);
        if (!walked)
            return std::unexpected(walked.error());
        items = std::move(*walked);
    }
    if (items.empty())
        return evaluation.raise("there is nothing to choose from");
    const auto keys = keysOf(evaluation, items, call[0]);
    if (!keys)
        return std::unexpected(keys.error());
    std::size_t best = 0;
    for (std::size_t i = 1; i < items.size(); ++i) {
        const auto ordered = order(evaluation, (*keys)[i], (*keys)[best]);
        if (!ordered)
            return std::unexpected(ordered.error());
        if (wanted == Extreme::Smallest ? *ordered < 0 : *ordered > 0)
            best = i;
    }
    return items[best];
}

/** Stable, by merging, so that a comparison that raises ends it at once and none is made twice. */
class Sorter {
public:
    Sorter(Evaluation& evaluation, const std::vector<Value>& keys, bool reverse)
        : m_evaluation(evaluation), m_keys(keys), m_reverse(reverse), m_order(keys.size()), m_buffer(keys.size()) {
        std::iota(m_order.begin(), m_order.end(), std::size_t{0});
    }

    Raisable<std::vector<std::size_t>> sort() {
        for (std::size_t width = 1; width < m_order.size(); width *= 2) {
            for (std::size_t start = 0; start < m_order.size(); start += 2 * width) {
                if (auto merged = merge(start, std::min(start + width, m_order.size()),
                                        std::min(start + 2 * width, m_order.size()));
                    !merged)
                    return std::unexpected(merged.error());
            }
            m_order.swap(m_buffer);
        }
        return std::move(m_order);
    }

private:
    Raisable<void> merge(std::size_t left, std::size_t middle, std::size_t end) {
        std::size_t right = middle;
        for (std::size_t out = left, from = left; out < end; ++out) {
            bool takeRight = from == middle;
            if (from < middle && right < end) {
                const auto ordered = order(m_evaluation, m_keys[m_order[right]], m_keys[m_order[from]]);
                if (!ordered)
                    return std::unexpected(ordered.error());
                takeRight = m_reverse ? *ordered > 0 : *ordered < 0;
            }
            if (auto spent = m_evaluation.spend(); !spent)
                return spent;
            m_buffer[out] = takeRight ? m_order[right++] : m_order[from++];
        }
        return {};
    }

    Evaluation& m_evaluation;
    const std::vector<Value>& m_keys;
    bool m_reverse;
    std::vector<std::size_t> m_order;
    std::vector<std::size_t> m_buffer;
};

Outcome sorted(Evaluation& evaluation, const NativeCall& call) {
    // The walk stays open, so that a key function cannot change what is being sorted.
    auto walk = Iteration::over(evaluation, call[0]);
    if (!walk)
        return std::unexpected(walk.error());
    const auto items = itemsOf(evaluation, call[0]);
    if (!items)
        return std::unexpected(items.error());
    const auto keys = keysOf(evaluation, *items, call[1]);
    if (!keys)
        return std::unexpected(keys.error());
    if (auto room = evaluation.reserve(items->size() * 2 * sizeof(std::size_t)); !room)
        return std::unexpected(room.error());
    const auto places = Sorter(evaluation, *keys, call.has(2) && call[2].truthValue()).sort();
    if (!places)
        return std::unexpected(places.error());
    std::vector<Value> result;
    result.reserve(items->size());
    for (const std::size_t place : *places)
        result.push_back((*items)[place]);
    return evaluation.list(std::move(result));
}

} // namespace

std::vector<Native> sequenceFunctions() {
    using types::any;
    const NativeParameter key{"key", any, Need::Optional, ByName::Only};
    return {
        {"all", {{"x", any}}, Rest::None, [](auto& e, auto& call) { return quantified(e, call, Quantifier::All); }},
        {"any", {{"x", any}}, Rest::None, [](auto& e, auto& call) { return quantified(e, call, Quantifier::Any); }},
        {"enumerate", {{"x", any}, {"start", types::integer, Need::Optional, ByName::Also}}, Rest::None, enumerated},
        {"max", {key}, Rest::Positional, [](auto& e, auto& call) { return extreme(e, call, Extreme::Largest); }},
        {"min", {key}, Rest::Positional, [](auto& e, auto& call) { return extreme(e, call, Extreme::Smallest); }},
        {"reversed", {{"x", any}}, Rest::None, reversed},
        {"sorted", {{"x", any}, key, {"reverse", types::boolean, Need::Optional, ByName::Only}}, Rest::None, sorted},
        {"zip", {}, Rest::Positional, zipped},
    };
}

} // namespace exeat::rules
