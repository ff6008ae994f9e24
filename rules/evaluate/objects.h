#pragma once

#include "rules/evaluate/bigint.h"
#include "rules/evaluate/dict.h"
#include "rules/evaluate/value.h"
#include "rules/language/ast.h"
#include "rules/language/utf8.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace exeat::rules {

struct Native;

struct CellObject final : Object {
    static constexpr Kind kind = Kind::Cell;
    Value value;
};

struct BigIntObject final : Object {
    static constexpr Kind kind = Kind::BigInt;
    explicit BigIntObject(BigInt given) : number(std::move(given)) {}
    const BigInt number; ///< does not fit 64 bits
};

struct StringObject final : Object {
    static constexpr Kind kind = Kind::String;
    explicit StringObject(std::string given) : text(std::move(given)), length(characterCount(text)) {}
    bool isAscii() const { return length == text.size(); }
    const std::string text;   ///< valid UTF-8
    const std::size_t length; ///< in characters
};

struct BytesObject final : Object {
    static constexpr Kind kind = Kind::Bytes;
    explicit BytesObject(std::string given) : bytes(std::move(given)) {}
    const std::string bytes;
};

struct ListObject final : Object {
    static constexpr Kind kind = Kind::List;
    explicit ListObject(std::vector<Value> given) : items(std::move(given)) {}
    std::vector<Value> items;
    std::uint32_t iterations = 0; ///< under way; while there are any, the list cannot change
};

struct TupleObject final : Object {
    static constexpr Kind kind = Kind::Tuple;
    explicit TupleObject(std::vector<Value> given) : items(std::move(given)) {}
    const std::vector<Value> items;
};

struct DictObject final : Object {
    static constexpr Kind kind = Kind::Dict;
    Dict entries;
    std::uint32_t iterations = 0; ///< as of a list
};

struct RangeObject final : Object {
    static constexpr Kind kind = Kind::Range;
    RangeObject(std::int64_t from, std::int64_t to, std::int64_t by) : start(from), stop(to), step(by) {}
    /** All three are within 32 bits, so nothing here overflows. */
    std::int64_t length() const {
        if (step > 0)
            return start < stop ? (stop - start - 1) / step + 1 : 0;
        return start > stop ? (start - stop - 1) / -step + 1 : 0;
    }
    const std::int64_t start;
    const std::int64_t stop;
    const std::int64_t step; ///< not 0
};

/** What elems() and codepoints() give: can be walked, nothing else. */
struct IteratorObject final : Object {
    static constexpr Kind kind = Kind::Iterator;
    explicit IteratorObject(std::vector<Value> given) : items(std::move(given)) {}
    const std::vector<Value> items;
};

/** What an annotation demands of a value. */
struct TypeRule {
    Kind kind = Kind::Unset;      ///< Unset: anything
    std::vector<TypeRule> either; ///< not empty: one of these, and `kind` says nothing
    std::vector<TypeRule> inside; ///< of list and `tuple[T, ...]` one, of dict two, of a fixed tuple each
    bool fixed = false;           ///< a tuple of exactly `inside`
    std::string text;             ///< as a person would write it
};

struct FunctionObject final : Object {
    static constexpr Kind kind = Kind::Function;
    explicit FunctionObject(const FunctionDefinition& given) : definition(given) {}
    const FunctionDefinition& definition;
    std::vector<Value> fallbacks;               ///< beside the parameters; Unset: required
    std::vector<std::optional<TypeRule>> types; ///< beside the parameters
    std::optional<TypeRule> returnType;
    std::vector<CellObject*> captured;
};

struct BuiltinObject final : Object {
    static constexpr Kind kind = Kind::Builtin;
    explicit BuiltinObject(const Native& given) : native(given) {}
    const Native& native;
};

/** A method taken from its object: `"a".upper`. */
struct MethodObject final : Object {
    static constexpr Kind kind = Kind::Method;
    MethodObject(Value of, const Native& given) : receiver(of), native(given) {}
    const Value receiver;
    const Native& native;
};

} // namespace exeat::rules
