#pragma once

#include "rules/evaluate/objects.h"
#include "rules/evaluate/outcome.h"
#include "rules/language/fault.h"
#include "shared/base/limits.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exeat::rules {

/**
 * One run of one file: what it has made, what it may still spend, and what went wrong. Builtins and methods see the run
 * through this; the Interpreter is it. Deterministic: limits count work and bytes, never time.
 */
class Evaluation {
public:
    virtual ~Evaluation() = default;
    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;

    /** Calls any value from inside a builtin. */
    virtual Outcome call(Value callee, std::span<const Value> arguments) = 0;

    /** Items of a list and bytes of a text that a builtin may move for one step of limits::rulesSteps. */
    static constexpr std::size_t valuesPerStep = 8;
    static constexpr std::size_t bytesPerStep = 64;
    /** Counts work. Raises when the steps of this run or limits::rulesMemory are used up. */
    Raisable<void> spend(std::size_t steps = 1);
    /** Raises unless there is room for so much more. To be called before anything large is made. */
    Raisable<void> room(std::size_t bytes);
    /** room(), and counts the work to fill it. */
    Raisable<void> reserve(std::size_t bytes);
    /** Counts memory that was taken; the next spend() raises where it was too much. */
    void count(std::size_t bytes) { m_memory += bytes; }
    /** The opposite, for what does not live until the end. */
    void giveBack(std::size_t bytes) { m_memory -= bytes; }

    /** Owned by the run. */
    template<class T, class... Arguments>
    T& make(Arguments&&... arguments) {
        void* memory = m_objectMemory.allocate(sizeof(T), alignof(T));
        T* object = std::construct_at(static_cast<T*>(memory), std::forward<Arguments>(arguments)...);
        m_objects.emplace_back(object);
        m_memory += sizeof(T) + sizeof(void*);
        return *object;
    }
    Value string(std::string text); ///< valid UTF-8
    Value bytes(std::string bytes);
    Value list(std::vector<Value> items);
    Value tuple(std::vector<Value> items);
    Value iterator(std::vector<Value> items);
    /** A small Int where it fits. Raises for nullopt: too many bits. */
    Outcome integer(std::optional<BigInt> number);

    /** Where the operation that runs now is written; faults are told there. */
    Position here() const { return m_here; }
    void setHere(Position at) { m_here = at; }
    std::unexpected<Raised> raise(std::string message) { return raiseAt(m_here, std::move(message)); }
    std::unexpected<Raised> raiseAt(Position at, std::string message);
    /** So far. */
    std::size_t steps() const { return m_steps; }
    /** After Raised, once. */
    Fault takeFault() { return std::move(m_fault); }

    /** One level of nesting while it lives; to be asked whether it raised. */
    class Level {
    public:
        explicit Level(Evaluation& evaluation) : m_evaluation(evaluation) { ++m_evaluation.m_depth; }
        ~Level() { --m_evaluation.m_depth; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        Raisable<void> check();

    private:
        Evaluation& m_evaluation;
    };

protected:
    /** At most limits::rulesSteps. */
    explicit Evaluation(std::size_t mostSteps) : m_mostSteps(std::min(mostSteps, limits::rulesSteps)) {}
    std::vector<Caller> m_callers; ///< of the functions that run now, outermost first

private:
    std::unexpected<Raised> raiseMemory();

    /** Its memory ends with m_objectMemory. */
    struct EndObject {
        void operator()(Object* object) const { std::destroy_at(object); }
    };

    std::pmr::monotonic_buffer_resource m_objectMemory; ///< all objects end together
    /** Ended one by one, so that no chain of values recurses. */
    std::vector<std::unique_ptr<Object, EndObject>> m_objects;
    std::size_t m_mostSteps;
    std::size_t m_steps = 0;
    std::size_t m_memory = 0;
    std::size_t m_depth = 0;
    Position m_here;
    Fault m_fault;
};

} // namespace exeat::rules
