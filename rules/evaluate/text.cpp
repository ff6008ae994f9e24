#include "rules/evaluate/text.h"

#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/native.h"
#include "rules/evaluate/numbers.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace exeat::rules {
namespace {

/** Escapes that repr() writes beside the numeric ones. */
std::string_view shortEscape(std::uint32_t c) {
    switch (c) {
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    case '\\':
        return "\\\\";
    case '"':
        return "\\\"";
    default:
        return {};
    }
}

void addCharacter(std::string& out, std::string_view character, std::uint32_t c) {
    if (const auto escape = shortEscape(c); !escape.empty()) {
        out += escape;
        return;
    }
    if (c >= 0x20 && c < 0x7F) {
        out += character;
        return;
    }
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    out += buffer.data();
}

std::string quotedBytes(std::string_view bytes) {
    std::string out = "b\"";
    for (const char c : bytes)
        addCharacter(out, std::string_view(&c, 1), static_cast<unsigned char>(c));
    return out + '"';
}

std::string rangeText(const RangeObject& range) {
    std::string text = "range(";
    if (range.start != 0 || range.step != 1)
        text += std::to_string(range.start) + ", ";
    text += std::to_string(range.stop);
    if (range.step != 1)
        text += ", " + std::to_string(range.step);
    return text + ')';
}

} // namespace

std::string quotedText(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const std::size_t length = characterLength(text[0]);
        addCharacter(out, text.substr(0, length), firstCharacter(text));
        text.remove_prefix(length);
    }
    return out + '"';
}

Raisable<void> TextBuilder::add(std::string_view text) {
    if (auto room = m_evaluation.room(m_text.size() + text.size()); !room)
        return room;
    m_text += text;
    return m_evaluation.spend(text.size() / Evaluation::bytesPerStep);
}

Raisable<void> TextBuilder::addStr(Value value) {
    if (value.is(Kind::String))
        return add(value.as<StringObject>().text);
    if (value.is(Kind::Bytes))
        return add(toUtf8(value.as<BytesObject>().bytes));
    return addRepr(value);
}

Raisable<void> TextBuilder::addItems(std::string_view open, const std::vector<Value>& items, std::string_view close) {
    if (auto added = add(open); !added)
        return added;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) {
            if (auto added = add(", "); !added)
                return added;
        }
        if (auto added = addRepr(items[i]); !added)
            return added;
    }
    return add(close);
}

Raisable<void> TextBuilder::addDict(Value dict) {
    if (auto added = add("{"); !added)
        return added;
    bool first = true;
    for (const auto& entry : dict.as<DictObject>().entries.entries()) {
        if (auto added = add(first ? "" : ", "); !added)
            return added;
        first = false;
        if (auto added = addRepr(entry.key); !added)
            return added;
        if (auto added = add(": "); !added)
            return added;
        if (auto added = addRepr(entry.value); !added)
            return added;
    }
    return add("}");
}

Raisable<void> TextBuilder::addContainer(Value container) {
    Evaluation::Level level(m_evaluation);
    if (auto good = level.check(); !good)
        return good;
    if (std::find(m_open.begin(), m_open.end(), container.object()) != m_open.end())
        return add(container.is(Kind::Dict) ? "{...}" : container.is(Kind::List) ? "[...]" : "(...)");
    m_open.push_back(container.object());
    Raisable<void> added;
    if (container.is(Kind::Dict))
        added = addDict(container);
    else if (container.is(Kind::List))
        added = addItems("[", container.as<ListObject>().items, "]");
    else
        added = addItems("(", container.as<TupleObject>().items,
                         container.as<TupleObject>().items.size() == 1 ? ",)" : ")");
    m_open.pop_back();
    return added;
}

Raisable<void> TextBuilder::addRepr(Value value) {
    if (auto spent = m_evaluation.spend(); !spent)
        return spent;
    switch (value.kind()) {
    case Kind::None:
        return add("None");
    case Kind::Ellipsis:
        return add("Ellipsis");
    case Kind::Bool:
        return add(value.truthValue() ? "True" : "False");
    case Kind::Int:
        return add(std::to_string(value.integer()));
    case Kind::BigInt: {
        // Digits are found by division, again and again.
        const std::size_t words = value.as<BigIntObject>().number.bits() / 64;
        if (auto spent = m_evaluation.spend(words * words / Evaluation::valuesPerStep); !spent)
            return spent;
        return add(value.as<BigIntObject>().number.text(10));
    }
    case Kind::Float:
        return add(floatText(value.real()));
    case Kind::String:
        return add(quotedText(value.as<StringObject>().text));
    case Kind::Bytes:
        return add(quotedBytes(value.as<BytesObject>().bytes));
    case Kind::List:
    case Kind::Tuple:
    case Kind::Dict:
        return addContainer(value);
    case Kind::Range:
        return add(rangeText(value.as<RangeObject>()));
    case Kind::Iterator:
        return add("iterator");
    case Kind::Function:
        return add(value.as<FunctionObject>().definition.name);
    case Kind::Builtin:
        return add(value.as<BuiltinObject>().native.name);
    case Kind::Method:
        return add(value.as<MethodObject>().native.name);
    case Kind::Unset:
    case Kind::Cell:
        break;
    }
    return {};
}

Raisable<std::string> strOf(Evaluation& evaluation, Value value) {
    TextBuilder builder(evaluation);
    if (auto added = builder.addStr(value); !added)
        return std::unexpected(added.error());
    return builder.take();
}

Raisable<std::string> reprOf(Evaluation& evaluation, Value value) {
    TextBuilder builder(evaluation);
    if (auto added = builder.addRepr(value); !added)
        return std::unexpected(added.error());
    return builder.take();
}

} // namespace exeat::rules
