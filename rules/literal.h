#pragma once

#include "rules/fault.h"

#include <string>
#include <string_view>
#include <vector>

namespace exeat::rules {

enum class LiteralKind { String, List, Tuple, Bool, None, Int, Float, Bytes };

/** A value as written in a file. Nesting is bounded by limits::rulesDepth, so recursion over it is, too. */
struct Literal {
    LiteralKind kind = LiteralKind::None;
    Position at;
    std::string text; ///< of String and Bytes: decoded; of numbers: as written
    bool truth = false;
    std::vector<Literal> items;
};

/** Starlark's own name of the type, as messages use it. */
constexpr std::string_view typeName(LiteralKind kind) {
    switch (kind) {
    case LiteralKind::String:
        return "string";
    case LiteralKind::List:
        return "list";
    case LiteralKind::Tuple:
        return "tuple";
    case LiteralKind::Bool:
        return "bool";
    case LiteralKind::None:
        return "NoneType";
    case LiteralKind::Int:
        return "int";
    case LiteralKind::Float:
        return "float";
    case LiteralKind::Bytes:
        return "bytes";
    }
    return "unknown";
}

struct Argument {
    Position at;
    std::string name; ///< empty: positional
    Literal value;
};

enum class Builtin { PrefixRule, HostExecutable, NetworkRule };

/** One statement of a rules file. */
struct Call {
    Position at;
    Builtin builtin = Builtin::PrefixRule;
    std::vector<Argument> arguments;
};

constexpr std::string_view builtinName(Builtin builtin) {
    switch (builtin) {
    case Builtin::PrefixRule:
        return "prefix_rule";
    case Builtin::HostExecutable:
        return "host_executable";
    case Builtin::NetworkRule:
        return "network_rule";
    }
    return "unknown";
}

} // namespace exeat::rules
