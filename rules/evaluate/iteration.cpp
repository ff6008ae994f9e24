#include "rules/evaluate/iteration.h"

#include "rules/evaluate/evaluation.h"

namespace exeat::rules {
namespace {

std::uint32_t* iterationsOf(Value container) {
    if (container.is(Kind::List))
        return &container.as<ListObject>().iterations;
    if (container.is(Kind::Dict))
        return &container.as<DictObject>().iterations;
    return nullptr;
}

} // namespace

Iteration::Iteration(Evaluation& evaluation, Value items) : m_evaluation(evaluation), m_items(items) {
    if (auto* count = iterationsOf(m_items))
        ++*count;
}

Iteration::Iteration(Iteration&& other) noexcept
    : m_evaluation(other.m_evaluation), m_items(other.m_items), m_at(other.m_at) {
    other.m_items = Value();
}

Iteration::~Iteration() {
    if (auto* count = iterationsOf(m_items))
        --*count;
}

Raisable<Iteration> Iteration::over(Evaluation& evaluation, Value items) {
    switch (items.kind()) {
    case Kind::List:
    case Kind::Tuple:
    case Kind::Dict:
    case Kind::Range:
    case Kind::Iterator:
        return Iteration(evaluation, items);
    case Kind::String:
        return evaluation.raise("a string has no items to walk over; write .elems() for its characters");
    case Kind::Bytes:
        return evaluation.raise("bytes have no items to walk over; write .elems() for them");
    default:
        return evaluation.raise(withArticle(items.type()) + " has no items to walk over");
    }
}

std::size_t Iteration::length() const {
    return lengthOf(m_items).value_or(0);
}

Outcome Iteration::next() {
    if (auto spent = m_evaluation.spend(); !spent)
        return std::unexpected(spent.error());
    if (m_at >= length())
        return Value();
    const std::size_t at = m_at++;
    switch (m_items.kind()) {
    case Kind::List:
        return m_items.as<ListObject>().items[at];
    case Kind::Tuple:
        return m_items.as<TupleObject>().items[at];
    case Kind::Dict:
        return m_items.as<DictObject>().entries.entries()[at].key;
    case Kind::Iterator:
        return m_items.as<IteratorObject>().items[at];
    default:
        break;
    }
    const auto& range = m_items.as<RangeObject>();
    return Value::of(range.start + static_cast<std::int64_t>(at) * range.step);
}

Raisable<std::vector<Value>> itemsOf(Evaluation& evaluation, Value items) {
    auto iteration = Iteration::over(evaluation, items);
    if (!iteration)
        return std::unexpected(iteration.error());
    if (auto room = evaluation.reserve(iteration->length() * sizeof(Value)); !room)
        return std::unexpected(room.error());
    std::vector<Value> all;
    all.reserve(iteration->length());
    for (;;) {
        const auto item = iteration->next();
        if (!item)
            return std::unexpected(item.error());
        if (!item->isSet())
            return all;
        all.push_back(*item);
    }
}

Raisable<void> mayChange(Evaluation& evaluation, Value container) {
    const auto* count = iterationsOf(container);
    if (count == nullptr || *count == 0)
        return {};
    return evaluation.raise("this " + std::string(container.type()) +
                            " cannot change while a loop walks over it; walk over a copy: list(…)");
}

std::optional<std::size_t> lengthOf(Value value) {
    switch (value.kind()) {
    case Kind::String:
        return value.as<StringObject>().length;
    case Kind::Bytes:
        return value.as<BytesObject>().bytes.size();
    case Kind::List:
        return value.as<ListObject>().items.size();
    case Kind::Tuple:
        return value.as<TupleObject>().items.size();
    case Kind::Dict:
        return value.as<DictObject>().entries.size();
    case Kind::Range:
        return static_cast<std::size_t>(value.as<RangeObject>().length());
    case Kind::Iterator:
        return value.as<IteratorObject>().items.size();
    default:
        return std::nullopt;
    }
}

} // namespace exeat::rules
