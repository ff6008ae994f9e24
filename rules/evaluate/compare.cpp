#include "rules/evaluate/compare.h"

#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/native.h"

#include <bit>
#include <cmath>

namespace exeat::rules {
namespace {

std::weak_ordering orderIntegers(Value left, Value right) {
    if (left.is(Kind::Int) && right.is(Kind::Int))
        return left.integer() <=> right.integer();
    // A BigInt is beyond every Int, so its sign decides.
    if (left.is(Kind::Int))
        return right.as<BigIntObject>().number.negative() ? std::weak_ordering::greater : std::weak_ordering::less;
    if (right.is(Kind::Int))
        return left.as<BigIntObject>().number.negative() ? std::weak_ordering::less : std::weak_ordering::greater;
    return left.as<BigIntObject>().number <=> right.as<BigIntObject>().number;
}

std::weak_ordering orderReals(double left, double right) {
    if (std::isnan(left) || std::isnan(right))
        return std::isnan(left) <=> std::isnan(right);
    return left < right   ? std::weak_ordering::less
           : left > right ? std::weak_ordering::greater
                          : std::weak_ordering::equivalent;
}

/** Exact: the number is cut to an integer, and what was cut off decides a tie. */
std::weak_ordering orderWithReal(Value integer, double real) {
    if (std::isnan(real))
        return std::weak_ordering::less;
    if (std::isinf(real))
        return real > 0 ? std::weak_ordering::less : std::weak_ordering::greater;
    const BigInt whole = BigInt::truncated(real);
    const auto result =
        integer.is(Kind::Int) ? BigInt(integer.integer()) <=> whole : integer.as<BigIntObject>().number <=> whole;
    if (result != 0)
        return result;
    return orderReals(0, real - std::trunc(real));
}

std::weak_ordering orderNumbers(Value left, Value right) {
    if (left.is(Kind::Float) && right.is(Kind::Float))
        return orderReals(left.real(), right.real());
    if (left.is(Kind::Float))
        return 0 <=> orderWithReal(right, left.real());
    if (right.is(Kind::Float))
        return orderWithReal(left, right.real());
    return orderIntegers(left, right);
}

Raisable<bool> equalItems(Evaluation& evaluation, const std::vector<Value>& left, const std::vector<Value>& right) {
    if (left.size() != right.size())
        return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const auto same = equal(evaluation, left[i], right[i]);
        if (!same || !*same)
            return same;
    }
    return true;
}

Raisable<bool> equalDicts(Evaluation& evaluation, const Dict& left, Dict& right) {
    if (left.size() != right.size())
        return false;
    for (const auto& entry : left.entries()) {
        const auto found = right.find(evaluation, entry.key);
        if (!found)
            return std::unexpected(found.error());
        if (*found == nullptr)
            return false;
        const auto same = equal(evaluation, entry.value, **found);
        if (!same || !*same)
            return same;
    }
    return true;
}

bool equalRanges(const RangeObject& left, const RangeObject& right) {
    const auto length = left.length();
    return length == right.length() &&
           (length == 0 || (left.start == right.start && (length == 1 || left.step == right.step)));
}

Raisable<std::weak_ordering> orderItems(Evaluation& evaluation, const std::vector<Value>& left,
                                        const std::vector<Value>& right) {
    for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
        const auto same = equal(evaluation, left[i], right[i]);
        if (!same)
            return std::unexpected(same.error());
        if (!*same)
            return order(evaluation, left[i], right[i]);
    }
    return left.size() <=> right.size();
}

/** Every bit of the result depends on every bit that goes in (the finalizer of SplitMix64). */
std::uint64_t mix(std::uint64_t hash, std::uint64_t next) {
    std::uint64_t x = hash * 31 + next + 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
}

std::uint64_t hashBytes(std::string_view bytes) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : bytes)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return hash ^ (hash >> 32U);
}

std::uint64_t hashReal(double real) {
    // As the integer that it equals; what is beyond 64 bits hashes by its double, as a BigInt does.
    if (real == std::trunc(real) && std::abs(real) < 0x1p63)
        return mix(1, static_cast<std::uint64_t>(static_cast<std::int64_t>(real)));
    return mix(2, std::bit_cast<std::uint64_t>(std::isnan(real) ? 0.0 : real));
}

} // namespace

Raisable<bool> equal(Evaluation& evaluation, Value left, Value right) {
    if (left.isNumber() && right.isNumber())
        return orderNumbers(left, right) == 0;
    if (left.kind() != right.kind())
        return false;
    Evaluation::Level level(evaluation);
    if (auto good = level.check(); !good)
        return std::unexpected(good.error());
    if (auto spent = evaluation.spend(); !spent)
        return std::unexpected(spent.error());
    switch (left.kind()) {
    case Kind::None:
    case Kind::Ellipsis:
        return true;
    case Kind::Bool:
        return left.truthValue() == right.truthValue();
    case Kind::String:
        return left.as<StringObject>().text == right.as<StringObject>().text;
    case Kind::Bytes:
        return left.as<BytesObject>().bytes == right.as<BytesObject>().bytes;
    case Kind::List:
        return equalItems(evaluation, left.as<ListObject>().items, right.as<ListObject>().items);
    case Kind::Tuple:
        return equalItems(evaluation, left.as<TupleObject>().items, right.as<TupleObject>().items);
    case Kind::Dict:
        return equalDicts(evaluation, left.as<DictObject>().entries, right.as<DictObject>().entries);
    case Kind::Range:
        return equalRanges(left.as<RangeObject>(), right.as<RangeObject>());
    case Kind::Builtin:
        return &left.as<BuiltinObject>().native == &right.as<BuiltinObject>().native;
    default:
        return left.object() == right.object();
    }
}

Raisable<std::weak_ordering> order(Evaluation& evaluation, Value left, Value right) {
    if (left.isNumber() && right.isNumber())
        return orderNumbers(left, right);
    Evaluation::Level level(evaluation);
    if (auto good = level.check(); !good)
        return std::unexpected(good.error());
    if (auto spent = evaluation.spend(); !spent)
        return std::unexpected(spent.error());
    if (left.kind() == right.kind()) {
        switch (left.kind()) {
        case Kind::Bool:
            return left.truthValue() <=> right.truthValue();
        case Kind::String:
            return left.as<StringObject>().text <=> right.as<StringObject>().text;
        case Kind::Bytes:
            return left.as<BytesObject>().bytes <=> right.as<BytesObject>().bytes;
        case Kind::List:
            return orderItems(evaluation, left.as<ListObject>().items, right.as<ListObject>().items);
        case Kind::Tuple:
            return orderItems(evaluation, left.as<TupleObject>().items, right.as<TupleObject>().items);
        default:
            break;
        }
    }
    return evaluation.raise("there is no order between " + std::string(left.type()) + " and " +
                            std::string(right.type()));
}

Raisable<std::uint64_t> hashOf(Evaluation& evaluation, Value value) {
    switch (value.kind()) {
    case Kind::None:
        return mix(3, 0);
    case Kind::Ellipsis:
        return mix(3, 1);
    case Kind::Bool:
        return mix(4, value.truthValue() ? 1 : 0);
    case Kind::Int:
        return mix(1, static_cast<std::uint64_t>(value.integer()));
    case Kind::BigInt:
        return hashReal(value.as<BigIntObject>().number.toDouble());
    case Kind::Float:
        return hashReal(value.real());
    case Kind::String:
    case Kind::Bytes: {
        const std::string& bytes =
            value.is(Kind::String) ? value.as<StringObject>().text : value.as<BytesObject>().bytes;
        if (auto spent = evaluation.spend(bytes.size() / Evaluation::bytesPerStep); !spent)
            return std::unexpected(spent.error());
        return mix(value.is(Kind::String) ? 5 : 6, hashBytes(bytes));
    }
    case Kind::Tuple: {
        Evaluation::Level level(evaluation);
        if (auto good = level.check(); !good)
            return std::unexpected(good.error());
        std::uint64_t hash = 7;
        for (const Value item : value.as<TupleObject>().items) {
            if (auto spent = evaluation.spend(); !spent)
                return std::unexpected(spent.error());
            const auto inner = hashOf(evaluation, item);
            if (!inner)
                return inner;
            hash = mix(hash, *inner);
        }
        return hash;
    }
    case Kind::Builtin: // by name: an address would differ from run to run
        return mix(8, hashBytes(value.as<BuiltinObject>().native.name));
    case Kind::Function:
        return mix(9, hashBytes(value.as<FunctionObject>().definition.name));
    default:
        return evaluation.raise(withArticle(value.type()) + " cannot be a key of a dict, because it can change");
    }
}

bool truth(Value value) {
    switch (value.kind()) {
    case Kind::None:
    case Kind::Unset:
        return false;
    case Kind::Bool:
    case Kind::Int:
        return value.truthValue();
    case Kind::Float:
        return value.real() != 0;
    case Kind::String:
        return !value.as<StringObject>().text.empty();
    case Kind::Bytes:
        return !value.as<BytesObject>().bytes.empty();
    case Kind::List:
        return !value.as<ListObject>().items.empty();
    case Kind::Tuple:
        return !value.as<TupleObject>().items.empty();
    case Kind::Dict:
        return value.as<DictObject>().entries.size() != 0;
    case Kind::Range:
        return value.as<RangeObject>().length() != 0;
    default:
        return true;
    }
}

Raisable<std::size_t> indexOf(Evaluation& evaluation, const std::vector<Value>& items, Value value, std::size_t from) {
    for (std::size_t i = from; i < items.size(); ++i) {
        if (auto spent = evaluation.spend(); !spent)
            return std::unexpected(spent.error());
        const auto same = equal(evaluation, items[i], value);
        if (!same)
            return std::unexpected(same.error());
        if (*same)
            return i;
    }
    return items.size();
}

} // namespace exeat::rules
