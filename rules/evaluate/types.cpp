#include "rules/evaluate/compare.h"
#include "rules/evaluate/dictmethods.h"
#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/globals.h"
#include "rules/evaluate/iteration.h"
#include "rules/evaluate/numbers.h"
#include "rules/evaluate/text.h"
#include "shared/base/text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace exeat::rules {
namespace {

Outcome makeBool(Evaluation&, const NativeCall& call) {
    return Value::of(call.has(0) && truth(call[0]));
}

Outcome makeBytes(Evaluation& evaluation, const NativeCall& call) {
    if (call[0].is(Kind::Bytes))
        return call[0];
    if (call[0].is(Kind::String)) {
        if (auto room = evaluation.reserve(call[0].as<StringObject>().text.size()); !room)
            return std::unexpected(room.error());
        return evaluation.bytes(call[0].as<StringObject>().text);
    }
    const auto items = itemsOf(evaluation, call[0]);
    if (!items)
        return std::unexpected(items.error());
    std::string bytes;
    for (const Value item : *items) {
        if (!item.is(Kind::Int) || item.integer() < 0 || item.integer() > 0xFF)
            return evaluation.raise("bytes are made of numbers from 0 to 255");
        bytes += static_cast<char>(static_cast<unsigned char>(item.integer()));
    }
    return evaluation.bytes(std::move(bytes));
}

Outcome makeDict(Evaluation& evaluation, const NativeCall& call) {
    auto& dict = evaluation.make<DictObject>();
    const auto put = putEntries(evaluation, dict.entries, call);
    return put ? Outcome(Value::of(&dict)) : std::unexpected(put.error());
}

bool isFloatText(std::string_view text) {
    if (!text.empty() && (text[0] == '+' || text[0] == '-'))
        text.remove_prefix(1);
    std::string lower(text.substr(0, 16));
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    if (lower == "inf" || lower == "infinity" || lower == "nan")
        return text.size() == lower.size();
    // strtod() also takes hexadecimal, blanks, and names of NaNs.
    return text.find_first_of("0123456789") != std::string_view::npos &&
           text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

Outcome makeFloat(Evaluation& evaluation, const NativeCall& call) {
    if (!call.has(0))
        return Value::of(0.0);
    if (call[0].is(Kind::Bool))
        return Value::of(call[0].truthValue() ? 1.0 : 0.0);
    if (call[0].isNumber()) {
        const double real = toDouble(call[0]);
        if (std::isinf(real) && !call[0].is(Kind::Float))
            return evaluation.raiseAt(call.position(0), "this number is too large for a float");
        return Value::of(real);
    }
    const std::string& text = call[0].as<StringObject>().text;
    char* end = nullptr;
    const double real = isFloatText(text) ? std::strtod(text.c_str(), &end) : 0;
    if (end != text.c_str() + text.size())
        return evaluation.raiseAt(call.position(0), "`" + visible(text, 64) + "` is not a number");
    if (std::isinf(real) && text.find_first_of("0123456789") != std::string::npos)
        return evaluation.raiseAt(call.position(0), "`" + visible(text, 64) + "` is too large for a float");
    return Value::of(real);
}

/** 2, 8 or 16 where `text` begins as a literal of that base, which it loses. */
std::optional<unsigned> takePrefix(std::string_view& text) {
    if (text.size() < 2 || text[0] != '0')
        return std::nullopt;
    const char mark = static_cast<char>(text[1] | 0x20);
    if (mark != 'x' && mark != 'o' && mark != 'b')
        return std::nullopt;
    text.remove_prefix(2);
    return mark == 'x' ? 16 : mark == 'o' ? 8 : 2;
}

bool isDigitOf(char c, unsigned base) {
    const unsigned value = c >= '0' && c <= '9' ? static_cast<unsigned>(c - '0')
                           : (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                               ? static_cast<unsigned>((c | 0x20) - 'a') + 10
                               : 36;
    return value < base;
}

/** `base` 0: what the prefix says, 10 without one. Codex takes a prefix with the default base, too. */
Outcome parseInt(Evaluation& evaluation, const NativeCall& call, std::string_view all, unsigned base) {
    std::string_view text = all;
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    std::string_view behind = text;
    if (const auto prefix = takePrefix(behind); prefix && (base == 0 || base == *prefix)) {
        base = *prefix;
        text = behind;
    }
    base = base == 0 ? 10 : base;
    std::string digits(text);
    std::erase(digits, '_');
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), [&](char c) { return isDigitOf(c, base); }))
        return evaluation.raiseAt(call.position(0),
                                  "`" + visible(all, 64) + "` is not a whole number of base " + std::to_string(base));
    // Each digit multiplies all that stand before it.
    if (auto paid = evaluation.spend(digits.size() * digits.size() / 1024); !paid)
        return std::unexpected(paid.error());
    auto number = BigInt::parse(digits, base);
    if (number && negative)
        number = number->negated();
    return evaluation.integer(std::move(number));
}

Outcome makeInt(Evaluation& evaluation, const NativeCall& call) {
    if (!call.has(0))
        return Value::of(std::int64_t{0});
    if (call.has(1)) {
        if (!call[0].is(Kind::String))
            return evaluation.raiseAt(call.position(1), "a base is only for strings");
        if (!call[1].is(Kind::Int) || call[1].integer() < 0 || call[1].integer() == 1 || call[1].integer() > 36)
            return evaluation.raiseAt(call.position(1), "the base is a number from 2 to 36, or 0");
    }
    if (call[0].is(Kind::String))
        return parseInt(evaluation, call, call[0].as<StringObject>().text,
                        call.has(1) ? static_cast<unsigned>(call[1].integer()) : 0);
    if (call[0].is(Kind::Bool))
        return Value::of(std::int64_t{call[0].truthValue() ? 1 : 0});
    if (call[0].isInteger())
        return call[0];
    if (!std::isfinite(call[0].real()))
        return evaluation.raiseAt(call.position(0), "what is infinite or no number has no whole number");
    return evaluation.integer(BigInt::truncated(call[0].real()));
}

Outcome makeList(Evaluation& evaluation, const NativeCall& call) {
    if (!call.has(0))
        return evaluation.list({});
    auto items = itemsOf(evaluation, call[0]);
    return items ? Outcome(evaluation.list(std::move(*items))) : std::unexpected(items.error());
}

Outcome makeTuple(Evaluation& evaluation, const NativeCall& call) {
    if (!call.has(0))
        return evaluation.tuple({});
    auto items = itemsOf(evaluation, call[0]);
    return items ? Outcome(evaluation.tuple(std::move(*items))) : std::unexpected(items.error());
}

Outcome makeRange(Evaluation& evaluation, const NativeCall& call) {
    for (std::size_t i = 0; i < 3; ++i) {
        if (call.has(i) && (!call[i].is(Kind::Int) || call[i].integer() < INT32_MIN || call[i].integer() > INT32_MAX))
            return evaluation.raiseAt(call.position(i), "the numbers of a range have at most 32 bits");
    }
    const bool one = !call.has(1);
    const std::int64_t step = call.has(2) ? call[2].integer() : 1;
    if (step == 0)
        return evaluation.raiseAt(call.position(2), "the step of a range cannot be 0");
    return Value::of(
        &evaluation.make<RangeObject>(one ? 0 : call[0].integer(), one ? call[0].integer() : call[1].integer(), step));
}

Outcome makeString(Evaluation& evaluation, const NativeCall& call) {
    if (call[0].is(Kind::String))
        return call[0];
    auto text = strOf(evaluation, call[0]);
    return text ? Outcome(evaluation.string(std::move(*text))) : std::unexpected(text.error());
}

} // namespace

std::vector<Native> typeFunctions() {
    using types::any;
    using types::integer;
    constexpr Types numeric = Types::of(Kind::Bool, Kind::Int, Kind::BigInt, Kind::Float, Kind::String);
    constexpr auto optional = Need::Optional;
    return {
        {"bool", {{"x", any, optional}}, Rest::None, makeBool},
        {"bytes", {{"x", any}}, Rest::None, makeBytes},
        {"dict", {{"pairs", any, optional}}, Rest::Named, makeDict},
        {"float", {{"x", numeric, optional}}, Rest::None, makeFloat},
        {"int", {{"x", numeric, optional}, {"base", integer, optional, ByName::Also}}, Rest::None, makeInt},
        {"list", {{"x", any, optional}}, Rest::None, makeList},
        {"range",
         {{"start or stop", integer}, {"stop", integer, optional}, {"step", integer, optional}},
         Rest::None,
         makeRange},
        {"str", {{"x", any}}, Rest::None, makeString},
        {"tuple", {{"x", any, optional}}, Rest::None, makeTuple},
    };
}

} // namespace exeat::rules
