#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/format.h"
#include "rules/evaluate/iteration.h"
#include "rules/evaluate/methods.h"
#include "rules/evaluate/stringsearch.h"
#include "rules/unicode.h"

#include <algorithm>

/** Methods of strings that change, take apart and test text; those that search are in stringsearch.cpp. */
namespace exeat::rules {
namespace {

const std::string& textOf(const NativeCall& call) {
    return call.receiver.as<StringObject>().text;
}

/** Most methods here look each character of the text up in Unicode's tables. */
Raisable<void> pay(Evaluation& evaluation, const NativeCall& call) {
    if (auto room = evaluation.room(textOf(call).size()); !room)
        return room;
    return evaluation.spend(textOf(call).size() / Evaluation::valuesPerStep);
}

Outcome capitalize(Evaluation& evaluation, const NativeCall& call) {
    if (auto paid = pay(evaluation, call); !paid)
        return std::unexpected(paid.error());
    const std::string_view text = textOf(call);
    if (text.empty())
        return call.receiver;
    const std::size_t first = characterLength(text[0]);
    return evaluation.string(upperCase(text.substr(0, first)) + lowerCase(text.substr(first)));
}

Outcome title(Evaluation& evaluation, const NativeCall& call) {
    if (auto paid = pay(evaluation, call); !paid)
        return std::unexpected(paid.error());
    std::string out;
    bool insideWord = false;
    for (std::string_view text = textOf(call); !text.empty(); text.remove_prefix(characterLength(text[0]))) {
        const std::string_view character = text.substr(0, characterLength(text[0]));
        out += insideWord ? lowerCase(character) : upperCase(character);
        insideWord = isLetter(firstCharacter(text));
    }
    return evaluation.string(std::move(out));
}

Outcome lower(Evaluation& evaluation, const NativeCall& call) {
    if (auto paid = pay(evaluation, call); !paid)
        return std::unexpected(paid.error());
    return evaluation.string(lowerCase(textOf(call)));
}

Outcome upper(Evaluation& evaluation, const NativeCall& call) {
    if (auto paid = pay(evaluation, call); !paid)
        return std::unexpected(paid.error());
    return evaluation.string(upperCase(textOf(call)));
}

/** Not of an empty text. */
template<class Test>
Outcome every(Evaluation& evaluation, const NativeCall& call, Test test) {
    if (auto paid = pay(evaluation, call); !paid)
        return std::unexpected(paid.error());
    bool all = !textOf(call).empty();
    for (std::string_view text = textOf(call); all && !text.empty(); text.remove_prefix(characterLength(text[0])))
        all = test(firstCharacter(text));
    return Value::of(all);
}

bool isLetterOrNumeric(std::uint32_t c) {
    return isLetter(c) || isNumeric(c);
}

/** At least one letter of this case, none of the other. */
Outcome onlyCase(Evaluation& evaluation, const NativeCall& call, bool (*wanted)(std::uint32_t),
                 bool (*other)(std::uint32_t)) {
    if (auto paid = pay(evaluation, call); !paid)
        return std::unexpected(paid.error());
    bool any = false;
    for (std::string_view text = textOf(call); !text.empty(); text.remove_prefix(characterLength(text[0]))) {
        const std::uint32_t c = firstCharacter(text);
        if (other(c))
            return Value::of(false);
        any = any || wanted(c);
    }
    return Value::of(any);
}

Outcome isTitle(Evaluation& evaluation, const NativeCall& call) {
    if (auto paid = pay(evaluation, call); !paid)
        return std::unexpected(paid.error());
    bool any = false;
    bool insideWord = false;
    for (std::string_view text = textOf(call); !text.empty(); text.remove_prefix(characterLength(text[0]))) {
        const std::uint32_t c = firstCharacter(text);
        if ((isUpperLetter(c) && insideWord) || (isLowerLetter(c) && !insideWord))
            return Value::of(false);
        insideWord = isUpperLetter(c) || isLowerLetter(c);
        any = any || insideWord;
    }
    return Value::of(any);
}

enum class Side { Left, Right, Both };

Outcome strip(Evaluation& evaluation, const NativeCall& call, Side side) {
    if (auto paid = pay(evaluation, call); !paid)
        return std::unexpected(paid.error());
    std::string_view text = textOf(call);
    const std::string_view chosen = call.has(0) ? std::string_view(call[0].as<StringObject>().text) : "";
    if (auto paid = evaluation.spend(text.size() * chosen.size() / Evaluation::bytesPerStep); !paid)
        return std::unexpected(paid.error());
    const auto goes = [&](std::string_view character) {
        if (!call.has(0))
            return isWhiteSpace(firstCharacter(character));
        return chosen.find(character) != std::string_view::npos;
    };
    while (side != Side::Right && !text.empty() && goes(text.substr(0, characterLength(text[0]))))
        text.remove_prefix(characterLength(text[0]));
    while (side != Side::Left && !text.empty()) {
        std::size_t last = text.size() - 1;
        while ((static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80)
            --last;
        if (!goes(text.substr(last)))
            break;
        text.remove_suffix(text.size() - last);
    }
    return evaluation.string(std::string(text));
}

Outcome join(Evaluation& evaluation, const NativeCall& call) {
    auto iteration = Iteration::over(evaluation, call[0]);
    if (!iteration)
        return std::unexpected(iteration.error());
    std::string out;
    bool first = true;
    for (;;) {
        const auto item = iteration->next();
        if (!item)
            return item;
        if (!item->isSet())
            return evaluation.string(std::move(out));
        if (!item->is(Kind::String))
            return evaluation.raise("only strings can be joined, not " + std::string(item->type()));
        const std::string& text = item->as<StringObject>().text;
        if (auto room = evaluation.room(out.size() + textOf(call).size() + text.size()); !room)
            return std::unexpected(room.error());
        if (auto paid = evaluation.spend((text.size() + textOf(call).size()) / Evaluation::bytesPerStep); !paid)
            return std::unexpected(paid.error());
        if (!first)
            out += textOf(call);
        out += text;
        first = false;
    }
}

Outcome removePrefix(Evaluation& evaluation, const NativeCall& call) {
    const std::string& prefix = call[0].as<StringObject>().text;
    if (!textOf(call).starts_with(prefix))
        return call.receiver;
    if (auto paid = pay(evaluation, call); !paid)
        return std::unexpected(paid.error());
    return evaluation.string(textOf(call).substr(prefix.size()));
}

Outcome removeSuffix(Evaluation& evaluation, const NativeCall& call) {
    const std::string& suffix = call[0].as<StringObject>().text;
    if (!textOf(call).ends_with(suffix))
        return call.receiver;
    if (auto paid = pay(evaluation, call); !paid)
        return std::unexpected(paid.error());
    return evaluation.string(textOf(call).substr(0, textOf(call).size() - suffix.size()));
}

enum class Walk { Characters, Numbers };

Outcome characters(Evaluation& evaluation, const NativeCall& call, Walk walk) {
    const std::size_t each = sizeof(Value) + (walk == Walk::Characters ? sizeof(StringObject) : 0);
    if (auto room = evaluation.reserve(call.receiver.as<StringObject>().length * each); !room)
        return std::unexpected(room.error());
    std::vector<Value> items;
    for (std::string_view text = textOf(call); !text.empty(); text.remove_prefix(characterLength(text[0]))) {
        if (walk == Walk::Numbers)
            items.push_back(Value::of(std::int64_t{firstCharacter(text)}));
        else
            items.push_back(evaluation.string(std::string(text.substr(0, characterLength(text[0])))));
    }
    return evaluation.iterator(std::move(items));
}

Outcome elements(Evaluation& evaluation, const NativeCall& call) {
    const std::string& bytes = call.receiver.as<BytesObject>().bytes;
    if (auto room = evaluation.reserve(bytes.size() * (sizeof(Value) + sizeof(BytesObject))); !room)
        return std::unexpected(room.error());
    std::vector<Value> items;
    for (const char byte : bytes)
        items.push_back(evaluation.bytes(std::string(1, byte)));
    return evaluation.tuple(std::move(items));
}

std::vector<Native> allMethods() {
    using types::string;
    const NativeParameter chars{"chars", string, Need::Optional};
    std::vector<Native> methods = searchMethods();
    const std::vector<Native> own{
        {"capitalize", {}, Rest::None, capitalize},
        {"codepoints", {}, Rest::None, [](auto& e, auto& call) { return characters(e, call, Walk::Numbers); }},
        {"elems", {}, Rest::None, [](auto& e, auto& call) { return characters(e, call, Walk::Characters); }},
        {"format", {}, Rest::Named, [](auto& e, auto& call) { return formatBraces(e, textOf(call), call); }},
        {"isalnum", {}, Rest::None, [](auto& e, auto& call) { return every(e, call, isLetterOrNumeric); }},
        {"isalpha", {}, Rest::None, [](auto& e, auto& call) { return every(e, call, isLetter); }},
        {"isdigit", {}, Rest::None, [](auto& e, auto& call) { return every(e, call, isNumeric); }},
        {"islower",
         {},
         Rest::None,
         [](auto& e, auto& call) { return onlyCase(e, call, isLowerLetter, isUpperLetter); }},
        {"isspace", {}, Rest::None, [](auto& e, auto& call) { return every(e, call, isWhiteSpace); }},
        {"istitle", {}, Rest::None, isTitle},
        {"isupper",
         {},
         Rest::None,
         [](auto& e, auto& call) { return onlyCase(e, call, isUpperLetter, isLowerLetter); }},
        {"join", {{"strings", types::any}}, Rest::None, join},
        {"lower", {}, Rest::None, lower},
        {"lstrip", {chars}, Rest::None, [](auto& e, auto& call) { return strip(e, call, Side::Left); }},
        {"removeprefix", {{"prefix", string}}, Rest::None, removePrefix},
        {"removesuffix", {{"suffix", string}}, Rest::None, removeSuffix},
        {"rstrip", {chars}, Rest::None, [](auto& e, auto& call) { return strip(e, call, Side::Right); }},
        {"strip", {chars}, Rest::None, [](auto& e, auto& call) { return strip(e, call, Side::Both); }},
        {"title", {}, Rest::None, title},
        {"upper", {}, Rest::None, upper},
    };
    methods.insert(methods.end(), own.begin(), own.end());
    std::sort(methods.begin(), methods.end(), [](const Native& a, const Native& b) { return a.name < b.name; });
    return methods;
}

} // namespace

const std::vector<Native>& stringMethods() {
    static const std::vector<Native> methods = allMethods();
    return methods;
}

const std::vector<Native>& bytesMethods() {
    static const std::vector<Native> methods{{"elems", {}, Rest::None, elements}};
    return methods;
}

} // namespace exeat::rules
