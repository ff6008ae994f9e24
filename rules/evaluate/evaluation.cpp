#include "rules/evaluate/evaluation.h"

#include "shared/base/limits.h"

namespace exeat::rules {

Raisable<void> Evaluation::spend(std::size_t steps) {
    m_steps += steps;
    if (m_steps > m_mostSteps && m_mostSteps < limits::rulesSteps)
        return raise("this file does too much work; the rules files of this folder together may take " +
                     std::to_string(limits::rulesFolderWork) +
                     " steps and bytes (is there a loop that grows? else put some into another folder)");
    if (m_steps > limits::rulesSteps)
        return raise("this file does too much work; a rules file may take " + std::to_string(limits::rulesSteps) +
                     " steps (is there a loop that grows?)");
    if (m_memory > limits::rulesMemory)
        return raiseMemory();
    return {};
}

Raisable<void> Evaluation::room(std::size_t bytes) {
    if (bytes > limits::rulesMemory || m_memory + bytes > limits::rulesMemory)
        return raiseMemory();
    return {};
}

Raisable<void> Evaluation::reserve(std::size_t bytes) {
    if (auto enough = room(bytes); !enough)
        return enough;
    return spend(bytes / bytesPerStep);
}

std::unexpected<Raised> Evaluation::raiseMemory() {
    return raise("this file needs too much memory; a rules file may take " +
                 std::to_string(limits::rulesMemory >> 20U) + " MiB");
}

Value Evaluation::string(std::string text) {
    m_memory += text.size();
    return Value::of(&make<StringObject>(std::move(text)));
}

Value Evaluation::bytes(std::string bytes) {
    m_memory += bytes.size();
    return Value::of(&make<BytesObject>(std::move(bytes)));
}

Value Evaluation::list(std::vector<Value> items) {
    m_memory += items.capacity() * sizeof(Value);
    return Value::of(&make<ListObject>(std::move(items)));
}

Value Evaluation::tuple(std::vector<Value> items) {
    m_memory += items.capacity() * sizeof(Value);
    return Value::of(&make<TupleObject>(std::move(items)));
}

Value Evaluation::iterator(std::vector<Value> items) {
    m_memory += items.capacity() * sizeof(Value);
    return Value::of(&make<IteratorObject>(std::move(items)));
}

Outcome Evaluation::integer(std::optional<BigInt> number) {
    if (!number)
        return raise("this number has more than " + std::to_string(limits::rulesIntegerBits) + " bits");
    if (const auto small = number->small())
        return Value::of(*small);
    const std::size_t bytes = number->bits() / 8;
    if (auto room = reserve(bytes); !room)
        return std::unexpected(room.error());
    count(bytes);
    return Value::of(&make<BigIntObject>(std::move(*number)));
}

std::unexpected<Raised> Evaluation::raiseAt(Position at, std::string message) {
    m_fault = {at, std::move(message), m_callers};
    return std::unexpected(Raised{});
}

Raisable<void> Evaluation::Level::check() {
    if (m_evaluation.m_depth <= limits::rulesEvaluationDepth)
        return {};
    return m_evaluation.raise("this is nested deeper than " + std::to_string(limits::rulesEvaluationDepth) +
                              " levels while it runs");
}

} // namespace exeat::rules
