#include "rules/evaluate/compare.h"
#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/iteration.h"
#include "rules/evaluate/methods.h"
#include "rules/evaluate/operators.h"
#include "rules/evaluate/text.h"
#include "shared/base/text.h"

#include <algorithm>

namespace exeat::rules {
namespace {

std::vector<Value>& itemsOfList(const NativeCall& call) {
    return call.receiver.as<ListObject>().items;
}

/** Removing and inserting moves what stands behind. */
Raisable<void> payForMove(Evaluation& evaluation, const NativeCall& call) {
    if (auto may = mayChange(evaluation, call.receiver); !may)
        return may;
    return evaluation.spend(1 + itemsOfList(call).size() / Evaluation::valuesPerStep);
}

/** A bound of a search: negative ones count from the end, what is beyond the ends is cut. */
std::size_t boundOf(Value value, std::size_t otherwise, std::size_t length) {
    if (!value.isSet() || value.is(Kind::None))
        return otherwise;
    if (value.is(Kind::BigInt))
        return value.as<BigIntObject>().number.negative() ? 0 : length;
    const auto size = static_cast<std::int64_t>(length);
    const std::int64_t number = value.integer();
    return static_cast<std::size_t>(
        std::clamp(number < 0 && number >= -size ? number + size : number, std::int64_t{0}, size));
}

std::unexpected<Raised> notThere(Evaluation& evaluation, Value value) {
    const auto shown = reprOf(evaluation, value);
    if (!shown)
        return std::unexpected(shown.error());
    return evaluation.raise(visible(*shown, 256) + " is not in this list");
}

Outcome append(Evaluation& evaluation, const NativeCall& call) {
    if (auto may = mayChange(evaluation, call.receiver); !may)
        return std::unexpected(may.error());
    itemsOfList(call).push_back(call[0]);
    evaluation.count(sizeof(Value));
    return Value::none();
}

Outcome clear(Evaluation& evaluation, const NativeCall& call) {
    if (auto may = mayChange(evaluation, call.receiver); !may)
        return std::unexpected(may.error());
    itemsOfList(call).clear();
    return Value::none();
}

Outcome extend(Evaluation& evaluation, const NativeCall& call) {
    const auto done = applyInPlace(evaluation, BinaryOperator::Add, call.receiver, call[0]);
    return done ? Outcome(Value::none()) : done;
}

Outcome index(Evaluation& evaluation, const NativeCall& call) {
    const auto& items = itemsOfList(call);
    const std::size_t from = boundOf(call[1], 0, items.size());
    const std::size_t to = boundOf(call[2], items.size(), items.size());
    const auto found = indexOf(evaluation, items, call[0], from);
    if (!found)
        return std::unexpected(found.error());
    if (*found >= to)
        return notThere(evaluation, call[0]);
    return Value::of(static_cast<std::int64_t>(*found));
}

Outcome insert(Evaluation& evaluation, const NativeCall& call) {
    if (auto paid = payForMove(evaluation, call); !paid)
        return std::unexpected(paid.error());
    auto& items = itemsOfList(call);
    const std::size_t place = boundOf(call[0], 0, items.size());
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(place), call[1]);
    evaluation.count(sizeof(Value));
    return Value::none();
}

Outcome pop(Evaluation& evaluation, const NativeCall& call) {
    if (auto paid = payForMove(evaluation, call); !paid)
        return std::unexpected(paid.error());
    auto& items = itemsOfList(call);
    const Value wanted = call.has(0) ? call[0] : Value::of(std::int64_t{-1});
    const auto place = placeAt(evaluation, wanted, items.size());
    if (!place)
        return std::unexpected(place.error());
    const Value value = items[*place];
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(*place));
    return value;
}

Outcome remove(Evaluation& evaluation, const NativeCall& call) {
    if (auto paid = payForMove(evaluation, call); !paid)
        return std::unexpected(paid.error());
    auto& items = itemsOfList(call);
    const auto found = indexOf(evaluation, items, call[0]);
    if (!found)
        return std::unexpected(found.error());
    if (*found == items.size())
        return notThere(evaluation, call[0]);
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(*found));
    return Value::none();
}

} // namespace

const std::vector<Native>& listMethods() {
    using types::any;
    using types::integer;
    static const std::vector<Native> methods{
        {"append", {{"value", any}}, Rest::None, append},
        {"clear", {}, Rest::None, clear},
        {"extend", {{"values", any}}, Rest::None, extend},
        {"index",
         {{"value", any},
          {"start", types::integerOrNone, Need::Optional},
          {"end", types::integerOrNone, Need::Optional}},
         Rest::None,
         index},
        {"insert", {{"index", integer}, {"value", any}}, Rest::None, insert},
        {"pop", {{"index", integer, Need::Optional}}, Rest::None, pop},
        {"remove", {{"value", any}}, Rest::None, remove},
    };
    return methods;
}

} // namespace exeat::rules
