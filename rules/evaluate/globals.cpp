#include "rules/evaluate/globals.h"

#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/iteration.h"
#include "rules/evaluate/methods.h"
#include "rules/evaluate/numbers.h"
#include "rules/evaluate/operators.h"
#include "rules/evaluate/text.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <cmath>

namespace exeat::rules {
namespace {

Outcome absolute(Evaluation& evaluation, const NativeCall& call) {
    if (call[0].is(Kind::Float))
        return Value::of(std::abs(call[0].real()));
    const bool negative = call[0].is(Kind::Int) ? call[0].integer() < 0 : call[0].as<BigIntObject>().number.negative();
    return negative ? apply(evaluation, UnaryOperator::Minus, call[0]) : Outcome(call[0]);
}

Outcome character(Evaluation& evaluation, const NativeCall& call) {
    if (!call[0].is(Kind::Int) || call[0].integer() < 0 || call[0].integer() > 0x10FFFF ||
        !isCharacter(static_cast<std::uint32_t>(call[0].integer())))
        return evaluation.raiseAt(call.position(0), "this number names no character of Unicode");
    std::string text;
    appendUtf8(text, static_cast<std::uint32_t>(call[0].integer()));
    return evaluation.string(std::move(text));
}

Outcome number(Evaluation& evaluation, const NativeCall& call) {
    if (call[0].is(Kind::Bytes) && call[0].as<BytesObject>().bytes.size() == 1)
        return Value::of(std::int64_t{static_cast<unsigned char>(call[0].as<BytesObject>().bytes[0])});
    if (call[0].is(Kind::String) && call[0].as<StringObject>().length == 1)
        return Value::of(std::int64_t{firstCharacter(call[0].as<StringObject>().text)});
    return evaluation.raiseAt(call.position(0), "ord takes one character, neither more nor none");
}

Outcome names(Evaluation& evaluation, const NativeCall& call) {
    std::vector<Value> result;
    for (const auto& method : methodsOf(call[0].kind()))
        result.push_back(evaluation.string(std::string(method.name)));
    return evaluation.list(std::move(result));
}

/** As str(), joined by blanks: what a rules file says when it gives up. */
Outcome fail(Evaluation& evaluation, const NativeCall& call) {
    std::string message = "fail:";
    for (const Value part : call.rest) {
        const auto text = strOf(evaluation, part);
        if (!text)
            return std::unexpected(text.error());
        message += ' ' + visible(*text, limits::rulesMessageBytes);
        if (message.size() > limits::rulesMessageBytes)
            break;
    }
    return evaluation.raise(visible(message, limits::rulesMessageBytes));
}

Outcome getAttribute(Evaluation& evaluation, const NativeCall& call) {
    const std::string& name = call[1].as<StringObject>().text;
    if (call.has(2) && findMethod(call[0].kind(), name) == nullptr)
        return call[2];
    return attributeOf(evaluation, call[0], name);
}

Outcome hasAttribute(Evaluation&, const NativeCall& call) {
    return Value::of(findMethod(call[0].kind(), call[1].as<StringObject>().text) != nullptr);
}

/** Java's hash of a string, over UTF-16, which Starlark prescribes. */
Outcome hash(Evaluation& evaluation, const NativeCall& call) {
    const std::string& all = call[0].as<StringObject>().text;
    if (auto paid = evaluation.spend(all.size() / Evaluation::bytesPerStep); !paid)
        return std::unexpected(paid.error());
    std::uint32_t result = 0;
    for (std::string_view text = all; !text.empty(); text.remove_prefix(characterLength(text[0]))) {
        const std::uint32_t c = firstCharacter(text);
        if (c >= 0x10000)
            result = (result * 31 + 0xD7C0 + (c >> 10U)) * 31 + (0xDC00 | (c & 0x3FFU));
        else
            result = result * 31 + c;
    }
    return Value::of(std::int64_t{static_cast<std::int32_t>(result)});
}

Outcome length(Evaluation& evaluation, const NativeCall& call) {
    const auto length = call[0].is(Kind::Iterator) ? std::nullopt : lengthOf(call[0]);
    if (!length)
        return evaluation.raiseAt(call.position(0), withArticle(call[0].type()) + " has no length");
    return Value::of(static_cast<std::int64_t>(*length));
}

Outcome representation(Evaluation& evaluation, const NativeCall& call) {
    auto text = reprOf(evaluation, call[0]);
    return text ? Outcome(evaluation.string(std::move(*text))) : std::unexpected(text.error());
}

Outcome typeOf(Evaluation& evaluation, const NativeCall& call) {
    return evaluation.string(std::string(call[0].type()));
}

std::vector<Native> allGlobals() {
    using types::any;
    using types::string;
    std::vector<Native> globals{
        {"None", {}, Rest::None, {}},
        {"True", {}, Rest::None, {}},
        {"False", {}, Rest::None, {}},
        {"abs", {{"x", types::number}}, Rest::None, absolute},
        {"chr", {{"i", types::integer}}, Rest::None, character},
        {"dir", {{"x", any}}, Rest::None, names},
        {"fail", {}, Rest::Positional, fail},
        {"getattr", {{"x", any}, {"name", string}, {"default", any, Need::Optional}}, Rest::None, getAttribute},
        {"hasattr", {{"x", any}, {"name", string}}, Rest::None, hasAttribute},
        {"hash", {{"x", string}}, Rest::None, hash},
        {"len", {{"x", any}}, Rest::None, length},
        {"ord", {{"x", Types::of(Kind::String, Kind::Bytes)}}, Rest::None, number},
        {"repr", {{"x", any}}, Rest::None, representation},
        {"type", {{"x", any}}, Rest::None, typeOf},
    };
    for (const auto& more : {sequenceFunctions(), typeFunctions()})
        globals.insert(globals.end(), more.begin(), more.end());
    std::sort(globals.begin(), globals.end(), [](const Native& a, const Native& b) { return a.name < b.name; });
    return globals;
}

} // namespace

const std::vector<Native>& standardGlobals() {
    static const std::vector<Native> globals = allGlobals();
    return globals;
}

} // namespace exeat::rules
