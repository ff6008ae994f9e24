#pragma once

#include "rules/evaluate/outcome.h"
#include "rules/language/ast.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

/** Functions and methods that are written in C++. */
namespace exeat::rules {

class Evaluation;

/** Kinds of values that a parameter takes. */
class Types {
public:
    constexpr Types() = default;
    template<class... Kinds>
    static constexpr Types of(Kinds... kinds) {
        Types types;
        types.m_bits = ((1U << static_cast<unsigned>(kinds)) | ...);
        return types;
    }
    static constexpr Types any() {
        Types types;
        types.m_bits = ~0U;
        return types;
    }
    constexpr bool has(Kind kind) const { return ((m_bits >> static_cast<unsigned>(kind)) & 1U) != 0; }

private:
    std::uint32_t m_bits = 0;
};

namespace types {
inline constexpr Types any = Types::any();
inline constexpr Types string = Types::of(Kind::String);
inline constexpr Types list = Types::of(Kind::List);
inline constexpr Types boolean = Types::of(Kind::Bool);
inline constexpr Types integer = Types::of(Kind::Int, Kind::BigInt);
inline constexpr Types number = Types::of(Kind::Int, Kind::BigInt, Kind::Float);
inline constexpr Types stringOrNone = Types::of(Kind::String, Kind::None);
inline constexpr Types integerOrNone = Types::of(Kind::Int, Kind::BigInt, Kind::None);
} // namespace types

enum class Need : std::uint8_t { Required, Optional };
enum class ByName : std::uint8_t { Never, Also, Only };

struct NativeParameter {
    std::string_view name;
    Types types;
    Need need = Need::Required;
    ByName byName = ByName::Never;
};

/** What a function takes beside its parameters. */
enum class Rest : std::uint8_t { None, Positional, Named };

/** One argument of a call, evaluated. Those with a name come last. */
struct ArgumentValue {
    std::string_view name; ///< empty: by place
    Value value;
    const Argument* origin = nullptr; ///< where it is written out; null: it came out of `*` or `**`
};

/** The arguments of one call, bound to the parameters and checked for their types. */
struct NativeCall {
    Value receiver;            ///< of a method
    std::vector<Value> values; ///< beside the parameters; Unset: left out
    std::vector<const Argument*> origins;
    std::vector<Value> rest;
    std::vector<ArgumentValue> named;
    Position at; ///< of the call

    Value operator[](std::size_t parameter) const { return values[parameter]; }
    bool has(std::size_t parameter) const { return values[parameter].isSet(); }
    /** Where the argument is written, or the element of it that `path` leads to; the call where neither is. */
    Position position(std::size_t parameter, std::span<const std::size_t> path = {}) const;
};

struct Native {
    std::string_view name;
    std::vector<NativeParameter> parameters;
    Rest rest = Rest::None;
    std::function<Outcome(Evaluation&, const NativeCall&)> run;
};

/** Raises at the argument that is missing, unknown, twice there, or of the wrong type. */
Raisable<NativeCall> bindNative(Evaluation& evaluation, const Native& native, Value receiver,
                                std::span<const ArgumentValue> arguments, Position at);

/** "; did you mean `x`?" over the names of parameters. */
std::string similarParameter(const Native& native, std::string_view wrong);

} // namespace exeat::rules
