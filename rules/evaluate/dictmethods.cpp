#include "rules/evaluate/dictmethods.h"

#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/iteration.h"
#include "rules/evaluate/methods.h"
#include "rules/evaluate/text.h"
#include "shared/base/text.h"

namespace exeat::rules {
namespace {

Dict& entriesOf(const NativeCall& call) {
    return call.receiver.as<DictObject>().entries;
}

Outcome clear(Evaluation& evaluation, const NativeCall& call) {
    if (auto may = mayChange(evaluation, call.receiver); !may)
        return std::unexpected(may.error());
    entriesOf(call).clear();
    return Value::none();
}

Outcome get(Evaluation& evaluation, const NativeCall& call) {
    const auto found = entriesOf(call).find(evaluation, call[0]);
    if (!found)
        return std::unexpected(found.error());
    if (*found != nullptr)
        return **found;
    return call.has(1) ? call[1] : Value::none();
}

enum class Part { Keys, Values, Items };

Outcome parts(Evaluation& evaluation, const NativeCall& call, Part part) {
    const auto& entries = entriesOf(call).entries();
    const std::size_t each = sizeof(Value) + (part == Part::Items ? sizeof(TupleObject) + 2 * sizeof(Value) : 0);
    if (auto room = evaluation.reserve(entries.size() * each); !room)
        return std::unexpected(room.error());
    std::vector<Value> result;
    result.reserve(entries.size());
    for (const auto& entry : entries)
        result.push_back(part == Part::Keys     ? entry.key
                         : part == Part::Values ? entry.value
                                                : evaluation.tuple({entry.key, entry.value}));
    return evaluation.list(std::move(result));
}

Outcome pop(Evaluation& evaluation, const NativeCall& call) {
    if (auto may = mayChange(evaluation, call.receiver); !may)
        return std::unexpected(may.error());
    const auto removed = entriesOf(call).remove(evaluation, call[0]);
    if (!removed || removed->isSet())
        return removed;
    if (call.has(1))
        return call[1];
    const auto shown = reprOf(evaluation, call[0]);
    if (!shown)
        return std::unexpected(shown.error());
    return evaluation.raise("the key " + visible(*shown, 256) + " is not in this dict");
}

Outcome popItem(Evaluation& evaluation, const NativeCall& call) {
    if (auto may = mayChange(evaluation, call.receiver); !may)
        return std::unexpected(may.error());
    if (entriesOf(call).size() == 0)
        return evaluation.raise("this dict is empty, so there is nothing to take out");
    const auto first = entriesOf(call).removeFirst(evaluation);
    if (!first)
        return std::unexpected(first.error());
    return evaluation.tuple({first->key, first->value});
}

Outcome setDefault(Evaluation& evaluation, const NativeCall& call) {
    const auto found = entriesOf(call).find(evaluation, call[0]);
    if (!found)
        return std::unexpected(found.error());
    if (*found != nullptr)
        return **found;
    if (auto may = mayChange(evaluation, call.receiver); !may)
        return std::unexpected(may.error());
    const Value value = call.has(1) ? call[1] : Value::none();
    const auto set = entriesOf(call).set(evaluation, call[0], value);
    return set ? Outcome(value) : std::unexpected(set.error());
}

Outcome update(Evaluation& evaluation, const NativeCall& call) {
    if (auto may = mayChange(evaluation, call.receiver); !may)
        return std::unexpected(may.error());
    const auto done = putEntries(evaluation, entriesOf(call), call);
    return done ? Outcome(Value::none()) : std::unexpected(done.error());
}

Raisable<void> putPairs(Evaluation& evaluation, Dict& dict, Value pairs) {
    auto iteration = Iteration::over(evaluation, pairs);
    if (!iteration)
        return std::unexpected(iteration.error());
    for (;;) {
        const auto item = iteration->next();
        if (!item)
            return std::unexpected(item.error());
        if (!item->isSet())
            return {};
        const auto pair = itemsOf(evaluation, *item);
        if (!pair)
            return std::unexpected(pair.error());
        if (pair->size() != 2)
            return evaluation.raise("a dict is made of pairs, but this item has " + std::to_string(pair->size()) +
                                    " parts");
        if (auto set = dict.set(evaluation, (*pair)[0], (*pair)[1]); !set)
            return std::unexpected(set.error());
    }
}

} // namespace

Raisable<void> putEntries(Evaluation& evaluation, Dict& dict, const NativeCall& call) {
    if (call.has(0) && call[0].is(Kind::Dict)) {
        // A copy, because the dict may be put into itself.
        const auto entries = call[0].as<DictObject>().entries.entries();
        for (const auto& entry : entries) {
            if (auto set = dict.set(evaluation, entry.key, entry.value); !set)
                return std::unexpected(set.error());
        }
        if (auto spent = evaluation.spend(entries.size()); !spent)
            return spent;
    } else if (call.has(0)) {
        if (auto put = putPairs(evaluation, dict, call[0]); !put)
            return put;
    }
    for (const auto& argument : call.named) {
        if (auto set = dict.set(evaluation, evaluation.string(std::string(argument.name)), argument.value); !set)
            return std::unexpected(set.error());
    }
    return {};
}

const std::vector<Native>& dictMethods() {
    using types::any;
    static const std::vector<Native> methods{
        {"clear", {}, Rest::None, clear},
        {"get", {{"key", any}, {"default", any, Need::Optional}}, Rest::None, get},
        {"items", {}, Rest::None, [](auto& evaluation, auto& call) { return parts(evaluation, call, Part::Items); }},
        {"keys", {}, Rest::None, [](auto& evaluation, auto& call) { return parts(evaluation, call, Part::Keys); }},
        {"pop", {{"key", any}, {"default", any, Need::Optional}}, Rest::None, pop},
        {"popitem", {}, Rest::None, popItem},
        {"setdefault", {{"key", any}, {"default", any, Need::Optional}}, Rest::None, setDefault},
        {"update", {{"pairs", any, Need::Optional}}, Rest::Named, update},
        {"values", {}, Rest::None, [](auto& evaluation, auto& call) { return parts(evaluation, call, Part::Values); }},
    };
    return methods;
}

} // namespace exeat::rules
