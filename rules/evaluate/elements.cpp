#include "rules/evaluate/compare.h"
#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/iteration.h"
#include "rules/evaluate/operators.h"
#include "rules/evaluate/text.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>

/** The part of the operators that looks into values: `a[i]`, `a[i:j:k]`, `a[i] = x`. */
namespace exeat::rules {
namespace {

/** Byte where the n-th character begins. */
std::size_t byteOf(const StringObject& string, std::size_t character) {
    if (string.isAscii())
        return character;
    std::size_t at = 0;
    for (; character > 0; --character)
        at += characterLength(string.text[at]);
    return at;
}

Raisable<void> payForCharacters(Evaluation& evaluation, const StringObject& string) {
    return evaluation.spend(string.isAscii() ? 0 : string.text.size() / Evaluation::bytesPerStep);
}

std::unexpected<Raised> noKey(Evaluation& evaluation, Value key) {
    const auto shown = reprOf(evaluation, key);
    if (!shown)
        return std::unexpected(shown.error());
    return evaluation.raise("the key " + visible(*shown, limits::rulesMessageBytes) + " is not in this dict");
}

/** What a slice takes: `count` places from `first` on, each `step` behind the one before. */
struct Places {
    std::int64_t first = 0;
    std::int64_t step = 1;
    std::size_t count = 0;
};

/** A bound of a slice; what is beyond the ends is cut to them. */
Raisable<std::int64_t> bound(Evaluation& evaluation, Value value, std::int64_t otherwise, std::int64_t lowest,
                             std::int64_t highest, std::int64_t length) {
    if (!value.isSet() || value.is(Kind::None))
        return otherwise;
    if (value.is(Kind::BigInt))
        return value.as<BigIntObject>().number.negative() ? lowest : highest;
    if (!value.is(Kind::Int))
        return evaluation.raise("the bounds of a slice are whole numbers, not " + std::string(value.type()));
    const std::int64_t number = value.integer();
    return std::clamp(number < 0 ? std::max(number, -length) + length - (number < -length ? 1 : 0) : number, lowest,
                      highest);
}

Raisable<Places> placesOf(Evaluation& evaluation, Value start, Value stop, Value step, std::size_t size) {
    Places places;
    const auto length = static_cast<std::int64_t>(size);
    if (step.isSet() && !step.is(Kind::None)) {
        if (!step.isInteger())
            return evaluation.raise("the step of a slice is a whole number, not " + std::string(step.type()));
        // A step of the length and more takes one place, whatever its size; cut, no product of it overflows.
        const auto limit = std::max<std::int64_t>(length, 1);
        places.step = step.is(Kind::Int)                          ? std::clamp(step.integer(), -limit, limit)
                      : step.as<BigIntObject>().number.negative() ? -limit
                                                                  : limit;
    }
    if (places.step == 0)
        return evaluation.raise("the step of a slice cannot be 0");
    const bool forward = places.step > 0;
    const std::int64_t lowest = forward ? 0 : -1;
    const std::int64_t highest = forward ? length : length - 1;
    const auto first = bound(evaluation, start, forward ? lowest : highest, lowest, highest, length);
    if (!first)
        return std::unexpected(first.error());
    const auto last = bound(evaluation, stop, forward ? highest : lowest, lowest, highest, length);
    if (!last)
        return std::unexpected(last.error());
    places.first = *first;
    const std::int64_t way = forward ? *last - *first : *first - *last;
    const std::int64_t stride = forward ? places.step : -places.step;
    places.count = way > 0 ? static_cast<std::size_t>((way - 1) / stride + 1) : 0;
    return places;
}

Raisable<std::vector<Value>> itemsAt(Evaluation& evaluation, const std::vector<Value>& items, const Places& places) {
    if (auto room = evaluation.reserve(places.count * sizeof(Value)); !room)
        return std::unexpected(room.error());
    std::vector<Value> result;
    result.reserve(places.count);
    std::int64_t at = places.first;
    for (std::size_t i = 0; i < places.count; ++i, at += places.step)
        result.push_back(items[static_cast<std::size_t>(at)]);
    return result;
}

Outcome charactersAt(Evaluation& evaluation, const StringObject& string, const Places& places) {
    if (auto paid = evaluation.reserve(string.text.size()); !paid)
        return std::unexpected(paid.error());
    if (places.step == 1) {
        const std::size_t from = places.count == 0 ? 0 : byteOf(string, static_cast<std::size_t>(places.first));
        std::size_t to = from;
        for (std::size_t i = 0; i < places.count; ++i)
            to += characterLength(string.text[to]);
        return evaluation.string(string.text.substr(from, to - from));
    }
    std::vector<std::size_t> starts;
    starts.reserve(string.length);
    for (std::size_t at = 0; at < string.text.size(); at += characterLength(string.text[at]))
        starts.push_back(at);
    std::string result;
    std::int64_t at = places.first;
    for (std::size_t i = 0; i < places.count; ++i, at += places.step) {
        const std::size_t start = starts[static_cast<std::size_t>(at)];
        result.append(string.text, start, characterLength(string.text[start]));
    }
    return evaluation.string(std::move(result));
}

} // namespace

Raisable<std::size_t> placeAt(Evaluation& evaluation, Value index, std::size_t length) {
    if (!index.isInteger())
        return evaluation.raise("an index is a whole number, not " + std::string(index.type()));
    if (index.is(Kind::Int)) {
        const auto size = static_cast<std::int64_t>(length);
        const std::int64_t number = index.integer() < 0 ? index.integer() + size : index.integer();
        if (number >= 0 && number < size)
            return static_cast<std::size_t>(number);
    }
    const auto shown = reprOf(evaluation, index);
    if (!shown)
        return std::unexpected(shown.error());
    return evaluation.raise("there is no element " + visible(*shown, 64) + "; there are " + std::to_string(length));
}

Outcome elementAt(Evaluation& evaluation, Value object, Value index) {
    if (object.is(Kind::Dict)) {
        const auto found = object.as<DictObject>().entries.find(evaluation, index);
        if (!found)
            return std::unexpected(found.error());
        if (*found == nullptr)
            return noKey(evaluation, index);
        return **found;
    }
    const auto length = lengthOf(object);
    if (!length || object.is(Kind::Iterator))
        return evaluation.raise(withArticle(object.type()) + " has no elements to take by [ ]");
    const auto place = placeAt(evaluation, index, *length);
    if (!place)
        return std::unexpected(place.error());
    switch (object.kind()) {
    case Kind::List:
        return object.as<ListObject>().items[*place];
    case Kind::Tuple:
        return object.as<TupleObject>().items[*place];
    case Kind::Bytes:
        return Value::of(std::int64_t{static_cast<unsigned char>(object.as<BytesObject>().bytes[*place])});
    case Kind::Range:
        return Value::of(object.as<RangeObject>().start +
                         static_cast<std::int64_t>(*place) * object.as<RangeObject>().step);
    default:
        break;
    }
    const auto& string = object.as<StringObject>();
    if (auto paid = payForCharacters(evaluation, string); !paid)
        return std::unexpected(paid.error());
    const std::size_t at = byteOf(string, *place);
    return evaluation.string(string.text.substr(at, characterLength(string.text[at])));
}

Outcome sliceOf(Evaluation& evaluation, Value object, Value start, Value stop, Value step) {
    const auto length = lengthOf(object);
    if (!length || object.is(Kind::Dict) || object.is(Kind::Iterator))
        return evaluation.raise(withArticle(object.type()) + " cannot be sliced");
    const auto places = placesOf(evaluation, start, stop, step, *length);
    if (!places)
        return std::unexpected(places.error());
    switch (object.kind()) {
    case Kind::List: {
        auto items = itemsAt(evaluation, object.as<ListObject>().items, *places);
        return items ? Outcome(evaluation.list(std::move(*items))) : std::unexpected(items.error());
    }
    case Kind::Tuple: {
        auto items = itemsAt(evaluation, object.as<TupleObject>().items, *places);
        return items ? Outcome(evaluation.tuple(std::move(*items))) : std::unexpected(items.error());
    }
    case Kind::Bytes: {
        if (auto room = evaluation.reserve(places->count); !room)
            return std::unexpected(room.error());
        std::string bytes;
        std::int64_t at = places->first;
        for (std::size_t i = 0; i < places->count; ++i, at += places->step)
            bytes += object.as<BytesObject>().bytes[static_cast<std::size_t>(at)];
        return evaluation.bytes(std::move(bytes));
    }
    case Kind::Range: {
        const auto& range = object.as<RangeObject>();
        const auto count = static_cast<std::int64_t>(places->count);
        const std::int64_t by = range.step * places->step;
        const std::int64_t from = range.start + range.step * places->first;
        return Value::of(&evaluation.make<RangeObject>(from, from + by * count, by));
    }
    default:
        return charactersAt(evaluation, object.as<StringObject>(), *places);
    }
}

Raisable<void> setElement(Evaluation& evaluation, Value object, Value index, Value value) {
    if (object.is(Kind::Dict)) {
        if (auto may = mayChange(evaluation, object); !may)
            return may;
        const auto set = object.as<DictObject>().entries.set(evaluation, index, value);
        return set ? Raisable<void>() : std::unexpected(set.error());
    }
    if (!object.is(Kind::List))
        return evaluation.raise("the elements of " + withArticle(object.type()) + " cannot change");
    auto& items = object.as<ListObject>().items;
    const auto place = placeAt(evaluation, index, items.size());
    if (!place)
        return std::unexpected(place.error());
    if (auto may = mayChange(evaluation, object); !may)
        return may;
    items[*place] = value;
    return {};
}

} // namespace exeat::rules
