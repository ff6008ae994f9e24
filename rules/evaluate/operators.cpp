#include "rules/evaluate/operators.h"

#include "rules/evaluate/compare.h"
#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/format.h"
#include "rules/evaluate/iteration.h"
#include "rules/evaluate/numbers.h"
#include "rules/language/token.h"

#include <algorithm>

namespace exeat::rules {
namespace {

std::string_view symbolOf(BinaryOperator op) {
    switch (op) {
    case BinaryOperator::Add:
        return "+";
    case BinaryOperator::Subtract:
        return "-";
    case BinaryOperator::Multiply:
        return "*";
    case BinaryOperator::Divide:
        return "/";
    case BinaryOperator::FloorDivide:
        return "//";
    case BinaryOperator::Modulo:
        return "%";
    case BinaryOperator::And:
        return "&";
    case BinaryOperator::Or:
        return "|";
    case BinaryOperator::Xor:
        return "^";
    case BinaryOperator::ShiftLeft:
        return "<<";
    case BinaryOperator::ShiftRight:
        return ">>";
    }
    return "?";
}

std::unexpected<Raised> noMeaning(Evaluation& evaluation, BinaryOperator op, Value left, Value right) {
    std::string message = "`" + std::string(symbolOf(op)) + "` means nothing between " + std::string(left.type()) +
                          " and " + std::string(right.type());
    if (op == BinaryOperator::Add && left.is(Kind::String) != right.is(Kind::String))
        message += "; make a string of the other with str()";
    return evaluation.raise(std::move(message));
}

Raisable<std::vector<Value>> joined(Evaluation& evaluation, const std::vector<Value>& left,
                                    const std::vector<Value>& right) {
    if (auto room = evaluation.reserve((left.size() + right.size()) * sizeof(Value)); !room)
        return std::unexpected(room.error());
    std::vector<Value> all;
    all.reserve(left.size() + right.size());
    all.insert(all.end(), left.begin(), left.end());
    all.insert(all.end(), right.begin(), right.end());
    return all;
}

Outcome added(Evaluation& evaluation, Value left, Value right) {
    switch (left.kind()) {
    case Kind::String:
    case Kind::Bytes: {
        const bool text = left.is(Kind::String);
        const std::string& a = text ? left.as<StringObject>().text : left.as<BytesObject>().bytes;
        const std::string& b = text ? right.as<StringObject>().text : right.as<BytesObject>().bytes;
        if (auto room = evaluation.reserve(a.size() + b.size()); !room)
            return std::unexpected(room.error());
        return text ? evaluation.string(a + b) : evaluation.bytes(a + b);
    }
    case Kind::List: {
        auto all = joined(evaluation, left.as<ListObject>().items, right.as<ListObject>().items);
        if (!all)
            return std::unexpected(all.error());
        return evaluation.list(std::move(*all));
    }
    case Kind::Tuple: {
        auto all = joined(evaluation, left.as<TupleObject>().items, right.as<TupleObject>().items);
        if (!all)
            return std::unexpected(all.error());
        return evaluation.tuple(std::move(*all));
    }
    default:
        return noMeaning(evaluation, BinaryOperator::Add, left, right);
    }
}

/** `bytes` of one copy; the number of copies, of which there may be none. */
Raisable<std::size_t> copies(Evaluation& evaluation, Value times, std::size_t bytes) {
    const bool negative = times.is(Kind::Int) ? times.integer() <= 0 : times.as<BigIntObject>().number.negative();
    if (negative || bytes == 0)
        return 0;
    const auto limit = static_cast<std::size_t>(INT32_MAX); // larger than any room, small enough to multiply
    const std::size_t count = times.is(Kind::Int) ? std::min(static_cast<std::size_t>(times.integer()), limit) : limit;
    if (auto room = evaluation.reserve(count * std::min(bytes, limit)); !room)
        return std::unexpected(room.error());
    return count;
}

Outcome repeatedText(Evaluation& evaluation, Value value, const std::string& bytes, Value times) {
    const auto count = copies(evaluation, times, bytes.size());
    if (!count)
        return std::unexpected(count.error());
    std::string all;
    all.reserve(bytes.size() * *count);
    for (std::size_t i = 0; i < *count; ++i)
        all += bytes;
    return value.is(Kind::String) ? evaluation.string(std::move(all)) : evaluation.bytes(std::move(all));
}

Outcome repeatedItems(Evaluation& evaluation, Value value, const std::vector<Value>& items, Value times) {
    const auto count = copies(evaluation, times, items.size() * sizeof(Value));
    if (!count)
        return std::unexpected(count.error());
    std::vector<Value> all;
    all.reserve(items.size() * *count);
    for (std::size_t i = 0; i < *count; ++i)
        all.insert(all.end(), items.begin(), items.end());
    return value.is(Kind::List) ? evaluation.list(std::move(all)) : evaluation.tuple(std::move(all));
}

Outcome multiplied(Evaluation& evaluation, Value left, Value right) {
    const Value value = left.isInteger() ? right : left;
    const Value times = left.isInteger() ? left : right;
    if (times.isInteger()) {
        switch (value.kind()) {
        case Kind::String:
            return repeatedText(evaluation, value, value.as<StringObject>().text, times);
        case Kind::Bytes:
            return repeatedText(evaluation, value, value.as<BytesObject>().bytes, times);
        case Kind::List:
            return repeatedItems(evaluation, value, value.as<ListObject>().items, times);
        case Kind::Tuple:
            return repeatedItems(evaluation, value, value.as<TupleObject>().items, times);
        default:
            break;
        }
    }
    return noMeaning(evaluation, BinaryOperator::Multiply, left, right);
}

Raisable<void> putAll(Evaluation& evaluation, Dict& into, Value from) {
    for (const auto& entry : from.as<DictObject>().entries.entries()) {
        if (auto spent = evaluation.spend(); !spent)
            return spent;
        if (auto set = into.set(evaluation, entry.key, entry.value); !set)
            return std::unexpected(set.error());
    }
    return {};
}

Outcome united(Evaluation& evaluation, Value left, Value right) {
    auto& dict = evaluation.make<DictObject>();
    for (const Value part : {left, right}) {
        if (auto put = putAll(evaluation, dict.entries, part); !put)
            return std::unexpected(put.error());
    }
    return Value::of(&dict);
}

Raisable<bool> contains(Evaluation& evaluation, Value item, Value container) {
    switch (container.kind()) {
    case Kind::List:
    case Kind::Tuple: {
        const auto& items =
            container.is(Kind::List) ? container.as<ListObject>().items : container.as<TupleObject>().items;
        const auto index = indexOf(evaluation, items, item);
        if (!index)
            return std::unexpected(index.error());
        return *index < items.size();
    }
    case Kind::Dict: {
        const auto found = container.as<DictObject>().entries.find(evaluation, item);
        if (!found)
            return std::unexpected(found.error());
        return *found != nullptr;
    }
    case Kind::Range: {
        const auto& range = container.as<RangeObject>();
        if (!item.is(Kind::Int))
            return false;
        const std::int64_t number = item.integer();
        const bool inside = range.step > 0 ? number >= range.start && number < range.stop
                                           : number <= range.start && number > range.stop;
        return inside && (number - range.start) % range.step == 0;
    }
    case Kind::String:
        if (!item.is(Kind::String))
            return evaluation.raise("only a string can be in a string, not " + std::string(item.type()));
        if (auto paid = evaluation.spend(container.as<StringObject>().text.size() / Evaluation::bytesPerStep); !paid)
            return std::unexpected(paid.error());
        return container.as<StringObject>().text.find(item.as<StringObject>().text) != std::string::npos;
    case Kind::Bytes: {
        const std::string& bytes = container.as<BytesObject>().bytes;
        if (item.is(Kind::Bytes))
            return bytes.find(item.as<BytesObject>().bytes) != std::string::npos;
        if (item.is(Kind::Int) && item.integer() >= 0 && item.integer() <= 0xFF)
            return bytes.find(static_cast<char>(item.integer())) != std::string::npos;
        return evaluation.raise("only bytes or a number below 256 can be in bytes, not " + std::string(item.type()));
    }
    default:
        return evaluation.raise("nothing can be in " + withArticle(container.type()));
    }
}

} // namespace

Outcome apply(Evaluation& evaluation, BinaryOperator op, Value left, Value right) {
    if (left.isNumber() && right.isNumber()) {
        if (auto result = arithmetic(evaluation, op, left, right))
            return *result;
    }
    if (op == BinaryOperator::Add && left.kind() == right.kind())
        return added(evaluation, left, right);
    if (op == BinaryOperator::Multiply)
        return multiplied(evaluation, left, right);
    if (op == BinaryOperator::Modulo && left.is(Kind::String))
        return formatPercent(evaluation, left.as<StringObject>().text, right);
    if (op == BinaryOperator::Or && left.is(Kind::Dict) && right.is(Kind::Dict))
        return united(evaluation, left, right);
    return noMeaning(evaluation, op, left, right);
}

Outcome applyInPlace(Evaluation& evaluation, BinaryOperator op, Value left, Value right) {
    if (op == BinaryOperator::Add && left.is(Kind::List)) {
        const auto added = itemsOf(evaluation, right);
        if (!added)
            return std::unexpected(added.error());
        if (auto may = mayChange(evaluation, left); !may)
            return std::unexpected(may.error());
        auto& items = left.as<ListObject>().items;
        items.insert(items.end(), added->begin(), added->end());
        evaluation.count(added->size() * sizeof(Value));
        return left;
    }
    if (op == BinaryOperator::Or && left.is(Kind::Dict) && right.is(Kind::Dict)) {
        if (auto may = mayChange(evaluation, left); !may)
            return std::unexpected(may.error());
        // Nothing to do for d |= d, where the walk would meet its own changes.
        if (left.object() == right.object())
            return left;
        if (auto put = putAll(evaluation, left.as<DictObject>().entries, right); !put)
            return std::unexpected(put.error());
        return left;
    }
    return apply(evaluation, op, left, right);
}

Outcome apply(Evaluation& evaluation, UnaryOperator op, Value operand) {
    if (op == UnaryOperator::Not)
        return Value::of(!truth(operand));
    if (operand.isNumber()) {
        if (auto result = arithmetic(evaluation, op, operand))
            return *result;
    }
    const std::string_view symbol = op == UnaryOperator::Plus ? "+" : op == UnaryOperator::Minus ? "-" : "~";
    return evaluation.raise("`" + std::string(symbol) + "` means nothing before " + withArticle(operand.type()));
}

Raisable<bool> compare(Evaluation& evaluation, Comparison op, Value left, Value right) {
    if (op == Comparison::Equal || op == Comparison::NotEqual) {
        const auto same = equal(evaluation, left, right);
        if (!same)
            return same;
        return *same == (op == Comparison::Equal);
    }
    if (op == Comparison::In || op == Comparison::NotIn) {
        const auto inside = contains(evaluation, left, right);
        if (!inside)
            return inside;
        return *inside == (op == Comparison::In);
    }
    const auto ordered = order(evaluation, left, right);
    if (!ordered)
        return std::unexpected(ordered.error());
    switch (op) {
    case Comparison::Less:
        return *ordered < 0;
    case Comparison::LessEqual:
        return *ordered <= 0;
    case Comparison::Greater:
        return *ordered > 0;
    default:
        return *ordered >= 0;
    }
}

} // namespace exeat::rules
