#include "rules/evaluate/stringsearch.h"

#include "rules/evaluate/evaluation.h"
#include "rules/unicode.h"
#include "shared/base/text.h"

#include <algorithm>
#include <limits>

namespace exeat::rules {
namespace {

const std::string& textOf(const NativeCall& call) {
    return call.receiver.as<StringObject>().text;
}

const std::string& stringOf(Value value) {
    return value.as<StringObject>().text;
}

/** A search reads the text about once; std::string::find has no better bound than the product of both lengths. */
Raisable<void> payForSearch(Evaluation& evaluation, const NativeCall& call, std::string_view part) {
    const std::size_t compared = std::min(part.size(), textOf(call).size()) / Evaluation::bytesPerStep + 1;
    return evaluation.spend(textOf(call).size() / Evaluation::bytesPerStep * compared);
}

/** Byte where character `place` begins; negative places count from the end, what is beyond the ends is cut. */
std::size_t byteAt(const StringObject& string, Value place, std::size_t otherwise) {
    if (!place.isSet() || place.is(Kind::None))
        return otherwise;
    const auto length = static_cast<std::int64_t>(string.length);
    std::int64_t number = place.is(Kind::Int)                          ? place.integer()
                          : place.as<BigIntObject>().number.negative() ? -length
                                                                       : length;
    if (number < 0 && number >= -length)
        number += length;
    number = std::clamp(number, std::int64_t{0}, length);
    if (string.isAscii())
        return static_cast<std::size_t>(number);
    std::size_t at = 0;
    for (; number > 0; --number)
        at += characterLength(string.text[at]);
    return at;
}

/** The part of the text that `start` and `end`, parameters 1 and 2, leave. */
struct Window {
    std::string_view text;
    std::size_t offset = 0;
    bool empty = false; ///< start is behind end: not even an empty text is found
};

Window windowOf(const NativeCall& call) {
    const auto& string = call.receiver.as<StringObject>();
    const std::size_t from = byteAt(string, call[1], 0);
    const std::size_t to = byteAt(string, call[2], string.text.size());
    if (from > to)
        return {{}, from, true};
    return {std::string_view(string.text).substr(from, to - from), from, false};
}

enum class From { Left, Right };
enum class Missing { MinusOne, Fault };

Outcome find(Evaluation& evaluation, const NativeCall& call, From from, Missing missing) {
    const std::string& part = stringOf(call[0]);
    if (auto paid = payForSearch(evaluation, call, part); !paid)
        return std::unexpected(paid.error());
    const Window window = windowOf(call);
    const auto found = window.empty         ? std::string_view::npos
                       : from == From::Left ? window.text.find(part)
                                            : window.text.rfind(part);
    if (found != std::string_view::npos) {
        const std::string_view before = std::string_view(textOf(call)).substr(0, window.offset + found);
        return Value::of(static_cast<std::int64_t>(characterCount(before)));
    }
    if (missing == Missing::Fault)
        return evaluation.raise("`" + visible(part, 128) + "` is not in this string");
    return Value::of(std::int64_t{-1});
}

Outcome count(Evaluation& evaluation, const NativeCall& call) {
    const std::string& part = stringOf(call[0]);
    if (auto paid = payForSearch(evaluation, call, part); !paid)
        return std::unexpected(paid.error());
    const Window window = windowOf(call);
    if (window.empty)
        return Value::of(std::int64_t{0});
    if (part.empty())
        return Value::of(static_cast<std::int64_t>(characterCount(window.text) + 1));
    std::int64_t number = 0;
    for (auto at = window.text.find(part); at != std::string_view::npos; at = window.text.find(part, at + part.size()))
        ++number;
    return Value::of(number);
}

enum class End { Start, End };

Outcome begins(Evaluation& evaluation, const NativeCall& call, End end) {
    const std::string_view text = textOf(call);
    const auto fits = [&](Value part) {
        return end == End::Start ? text.starts_with(stringOf(part)) : text.ends_with(stringOf(part));
    };
    if (call[0].is(Kind::String))
        return Value::of(fits(call[0]));
    bool any = false;
    for (const Value part : call[0].as<TupleObject>().items) {
        if (auto spent = evaluation.spend(); !spent)
            return std::unexpected(spent.error());
        if (!part.is(Kind::String))
            return evaluation.raiseAt(call.position(0), "the tuple must hold strings, not " + std::string(part.type()));
        any = any || fits(part);
    }
    return Value::of(any);
}

/** How many pieces at most; negative numbers and None: as many as there are. */
std::size_t piecesOf(const NativeCall& call, std::size_t parameter) {
    const Value most = call[parameter];
    if (!most.is(Kind::Int) || most.integer() < 0)
        return std::numeric_limits<std::size_t>::max();
    return static_cast<std::size_t>(most.integer()) + 1;
}

class Pieces {
public:
    explicit Pieces(Evaluation& evaluation) : m_evaluation(evaluation) {}
    Raisable<void> add(std::string_view piece) {
        if (auto spent = m_evaluation.spend(); !spent)
            return spent;
        m_items.push_back(m_evaluation.string(std::string(piece)));
        return {};
    }
    Value list(From order) {
        if (order == From::Right)
            std::reverse(m_items.begin(), m_items.end());
        return m_evaluation.list(std::move(m_items));
    }

private:
    Evaluation& m_evaluation;
    std::vector<Value> m_items;
};

/** At runs of white space, which also go at the ends. */
Outcome splitBlanks(Evaluation& evaluation, const NativeCall& call, From from, std::size_t most) {
    Pieces pieces(evaluation);
    const std::string_view text = textOf(call);
    // Where words lie, found from the left; rsplit() takes them from the other end.
    std::vector<std::pair<std::size_t, std::size_t>> words;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t start = at;
        const bool blank = isWhiteSpace(firstCharacter(text.substr(at)));
        while (at < text.size() && isWhiteSpace(firstCharacter(text.substr(at))) == blank)
            at += characterLength(text[at]);
        if (!blank)
            words.emplace_back(start, at);
    }
    const std::size_t whole = words.size() > most ? most - 1 : words.size();
    const auto word = [&](std::size_t i) {
        const auto& [start, end] = from == From::Left ? words[i] : words[words.size() - 1 - i];
        return text.substr(start, end - start);
    };
    for (std::size_t i = 0; i < whole; ++i) {
        if (auto added = pieces.add(word(i)); !added)
            return std::unexpected(added.error());
    }
    if (whole < words.size()) {
        const auto rest = from == From::Left ? text.substr(words[whole].first)
                                             : text.substr(0, words[words.size() - 1 - whole].second);
        if (auto added = pieces.add(rest); !added)
            return std::unexpected(added.error());
    }
    return pieces.list(from);
}

/** An empty separator stands between all characters, and at both ends. */
std::size_t nextSeparator(std::string_view text, std::string_view separator, From from, bool first) {
    if (!separator.empty())
        return from == From::Left ? text.find(separator) : text.rfind(separator);
    if (from == From::Left)
        return first ? 0 : text.empty() ? std::string_view::npos : characterLength(text[0]);
    if (first)
        return text.size();
    if (text.empty())
        return std::string_view::npos;
    std::size_t last = text.size() - 1;
    while ((static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80)
        --last;
    return last;
}

Outcome split(Evaluation& evaluation, const NativeCall& call, From from) {
    const std::size_t most = piecesOf(call, 1);
    if (auto paid = payForSearch(evaluation, call, {}); !paid)
        return std::unexpected(paid.error());
    if (!call[0].is(Kind::String))
        return splitBlanks(evaluation, call, from, most);
    const std::string_view separator = stringOf(call[0]);
    if (auto paid = payForSearch(evaluation, call, separator); !paid)
        return std::unexpected(paid.error());
    Pieces pieces(evaluation);
    std::string_view rest = textOf(call);
    for (std::size_t number = 1; number < most; ++number) {
        const auto found = nextSeparator(rest, separator, from, number == 1);
        if (found == std::string_view::npos)
            break;
        const auto left = rest.substr(0, found);
        const auto right = rest.substr(found + separator.size());
        if (auto added = pieces.add(from == From::Left ? left : right); !added)
            return std::unexpected(added.error());
        rest = from == From::Left ? right : left;
    }
    if (auto added = pieces.add(rest); !added)
        return std::unexpected(added.error());
    return pieces.list(from);
}

Outcome splitLines(Evaluation& evaluation, const NativeCall& call) {
    const bool keep = call.has(0) && call[0].truthValue();
    Pieces pieces(evaluation);
    std::string_view rest = textOf(call);
    while (!rest.empty()) {
        const auto end = std::min(rest.find_first_of("\r\n"), rest.size());
        const std::size_t marks = rest.substr(end).starts_with("\r\n") ? 2 : end < rest.size() ? 1 : 0;
        if (auto added = pieces.add(rest.substr(0, end + (keep ? marks : 0))); !added)
            return std::unexpected(added.error());
        rest.remove_prefix(end + marks);
    }
    return pieces.list(From::Left);
}

Outcome partition(Evaluation& evaluation, const NativeCall& call, From from) {
    const std::string& separator = stringOf(call[0]);
    if (separator.empty())
        return evaluation.raiseAt(call.position(0), "the separator is empty, so it is found nowhere");
    if (auto paid = payForSearch(evaluation, call, separator); !paid)
        return std::unexpected(paid.error());
    if (auto room = evaluation.reserve(textOf(call).size()); !room)
        return std::unexpected(room.error());
    const std::string& text = textOf(call);
    const auto found = from == From::Left ? text.find(separator) : text.rfind(separator);
    const Value none = evaluation.string({});
    if (found == std::string::npos)
        return evaluation.tuple(from == From::Left ? std::vector{call.receiver, none, none}
                                                   : std::vector{none, none, call.receiver});
    return evaluation.tuple(
        {evaluation.string(text.substr(0, found)), call[0], evaluation.string(text.substr(found + separator.size()))});
}

Outcome replace(Evaluation& evaluation, const NativeCall& call) {
    const std::string& old = stringOf(call[0]);
    const std::string& fresh = stringOf(call[1]);
    std::size_t most = std::numeric_limits<std::size_t>::max();
    if (call.has(2)) {
        if (!call[2].is(Kind::Int) || call[2].integer() < 0)
            return evaluation.raiseAt(call.position(2), "the number of replacements cannot be negative");
        most = static_cast<std::size_t>(call[2].integer());
    }
    if (auto paid = payForSearch(evaluation, call, old); !paid)
        return std::unexpected(paid.error());
    std::string out;
    std::string_view rest = textOf(call);
    for (std::size_t number = 0; number < most; ++number) {
        const auto found = nextSeparator(rest, old, From::Left, number == 0);
        if (found == std::string_view::npos)
            break;
        if (auto room = evaluation.room(out.size() + found + fresh.size()); !room)
            return std::unexpected(room.error());
        if (auto paid = evaluation.spend(1 + fresh.size() / Evaluation::bytesPerStep); !paid)
            return std::unexpected(paid.error());
        out.append(rest.substr(0, found)).append(fresh);
        rest.remove_prefix(found + old.size());
    }
    if (auto room = evaluation.room(out.size() + rest.size()); !room)
        return std::unexpected(room.error());
    return evaluation.string(out.append(rest));
}

} // namespace

std::vector<Native> searchMethods() {
    using types::integerOrNone;
    using types::string;
    constexpr Types stringOrTuple = Types::of(Kind::String, Kind::Tuple);
    const std::vector<NativeParameter> searched{
        {"sub", string}, {"start", integerOrNone, Need::Optional}, {"end", integerOrNone, Need::Optional}};
    const std::vector<NativeParameter> separated{{"sep", types::stringOrNone, Need::Optional},
                                                 {"maxsplit", integerOrNone, Need::Optional}};
    return {
        {"count", searched, Rest::None, count},
        {"endswith",
         {{"suffix", stringOrTuple}},
         Rest::None,
         [](auto& e, auto& call) { return begins(e, call, End::End); }},
        {"find", searched, Rest::None,
         [](auto& e, auto& call) { return find(e, call, From::Left, Missing::MinusOne); }},
        {"index", searched, Rest::None, [](auto& e, auto& call) { return find(e, call, From::Left, Missing::Fault); }},
        {"partition",
         {{"sep", string}},
         Rest::None,
         [](auto& e, auto& call) { return partition(e, call, From::Left); }},
        {"replace", {{"old", string}, {"new", string}, {"count", types::integer, Need::Optional}}, Rest::None, replace},
        {"rfind", searched, Rest::None,
         [](auto& e, auto& call) { return find(e, call, From::Right, Missing::MinusOne); }},
        {"rindex", searched, Rest::None,
         [](auto& e, auto& call) { return find(e, call, From::Right, Missing::Fault); }},
        {"rpartition",
         {{"sep", string}},
         Rest::None,
         [](auto& e, auto& call) { return partition(e, call, From::Right); }},
        {"rsplit", separated, Rest::None, [](auto& e, auto& call) { return split(e, call, From::Right); }},
        {"split", separated, Rest::None, [](auto& e, auto& call) { return split(e, call, From::Left); }},
        {"splitlines", {{"keepends", types::boolean, Need::Optional}}, Rest::None, splitLines},
        {"startswith",
         {{"prefix", stringOrTuple}},
         Rest::None,
         [](auto& e, auto& call) { return begins(e, call, End::Start); }},
    };
}

} // namespace exeat::rules
