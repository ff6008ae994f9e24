#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace exeat::rules {

/** Everything that a run makes is one of these and lives until the run ends (heap.h), cycles included. */
class Object {
public:
    Object() = default;
    virtual ~Object() = default;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
};

enum class Kind : std::uint8_t {
    Unset, ///< no value yet: a variable before its assignment, an argument that was left out
    Cell,  ///< a variable that inner functions share
    None,
    Ellipsis,
    Bool,
    Int,    ///< that fits 64 bits
    BigInt, ///< that does not
    Float,
    String,
    Bytes,
    List,
    Tuple,
    Dict,
    Range,
    Iterator,
    Function,
    Builtin,
    Method,
};

/** Starlark's own name of the type, as type() gives it. */
constexpr std::string_view typeName(Kind kind) {
    switch (kind) {
    case Kind::None:
        return "NoneType";
    case Kind::Ellipsis:
        return "ellipsis";
    case Kind::Bool:
        return "bool";
    case Kind::Int:
    case Kind::BigInt:
        return "int";
    case Kind::Float:
        return "float";
    case Kind::String:
        return "string";
    case Kind::Bytes:
        return "bytes";
    case Kind::List:
        return "list";
    case Kind::Tuple:
        return "tuple";
    case Kind::Dict:
        return "dict";
    case Kind::Range:
        return "range";
    case Kind::Iterator:
        return "iterator";
    case Kind::Function:
    case Kind::Builtin:
    case Kind::Method:
        return "function";
    case Kind::Unset:
    case Kind::Cell:
        break;
    }
    return "nothing";
}

/** "a list", "an int". */
inline std::string withArticle(std::string_view type) {
    const bool vowel = type == "int" || type == "iterator" || type == "ellipsis";
    return (vowel ? "an " : "a ") + std::string(type);
}

/** A value of the language: small ones themselves, others by reference, as in the language. */
class Value {
public:
    Value() = default; ///< Unset
    static Value none() { return Value(Kind::None); }
    static Value ellipsis() { return Value(Kind::Ellipsis); }
    static Value of(bool truth) {
        Value value(Kind::Bool);
        value.m_integer = truth ? 1 : 0;
        return value;
    }
    static Value of(std::int64_t number) {
        Value value(Kind::Int);
        value.m_integer = number;
        return value;
    }
    static Value of(double number) {
        Value value(Kind::Float);
        value.m_real = number;
        return value;
    }
    /** `kind` is T::kind, so the class of the object follows from it. */
    template<class T>
    static Value of(T* object) {
        Value value(T::kind);
        value.m_object = object;
        return value;
    }

    Kind kind() const { return m_kind; }
    bool is(Kind kind) const { return m_kind == kind; }
    bool isSet() const { return m_kind != Kind::Unset; }
    bool isInteger() const { return m_kind == Kind::Int || m_kind == Kind::BigInt; }
    bool isNumber() const { return isInteger() || m_kind == Kind::Float; }
    std::string_view type() const { return typeName(m_kind); }

    bool truthValue() const { return m_integer != 0; } ///< of a Bool
    std::int64_t integer() const { return m_integer; } ///< of an Int
    double real() const { return m_real; }             ///< of a Float
    const Object* object() const { return m_object; }  ///< of all that are objects; identity
    /** The object of a value whose kind is T::kind. */
    template<class T>
    T& as() const {
        return static_cast<T&>(*m_object);
    }

private:
    explicit Value(Kind kind) : m_kind(kind) {}

    Kind m_kind = Kind::Unset;
    union {
        std::int64_t m_integer = 0;
        double m_real;
        Object* m_object;
    };
};

} // namespace exeat::rules
