#pragma once

#include "rules/language/fault.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

/**
 * A parsed rules file. Operators of one precedence that stand in a row (`1 + 1 + 1`) are one node with many operands,
 * so that the depth of the tree is the depth of the brackets in the text, which limits::rulesDepth bounds: whoever
 * walks the tree may recurse over it. The parser fills everything but the Bindings and Frames, which are the
 * resolver's.
 */
namespace exeat::rules {

struct Expression;
/** Ends it; its memory is of Program::nodes and ends with that. */
struct EndExpression {
    void operator()(Expression* expression) const;
};
using ExpressionPtr = std::unique_ptr<Expression, EndExpression>;
using Expressions = std::pmr::vector<ExpressionPtr>;
struct Statement;
using Block = std::vector<Statement>;
struct FunctionDefinition;

enum class Scope : std::uint8_t { Builtin, Module, Local, Captured };

/** Where a name's value lies at run time. */
struct Binding {
    Scope scope = Scope::Builtin;
    std::uint32_t slot = 0;
};

enum class UnaryOperator : std::uint8_t { Plus, Minus, Invert, Not };
enum class BinaryOperator : std::uint8_t {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,
};
enum class Comparison : std::uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, NotIn };
enum class Logic : std::uint8_t { And, Or };

struct NameExpression {
    std::string name;
    Binding binding;
};
/** An element of Program::constants. */
struct ConstantExpression {
    std::uint32_t index = 0;
};
struct EllipsisExpression {};
struct ListExpression {
    Expressions items;
};
struct TupleExpression {
    Expressions items;
};
struct DictEntry {
    ExpressionPtr key;
    ExpressionPtr value;
};
struct DictExpression {
    std::vector<DictEntry> entries;
};
/** `for target in source`, or, without a target, `if source`. */
struct ComprehensionClause {
    ExpressionPtr target;
    ExpressionPtr source;
};
struct ComprehensionExpression {
    ExpressionPtr key; ///< null: a list, else a dict
    ExpressionPtr value;
    std::vector<ComprehensionClause> clauses;
};
struct UnaryExpression {
    UnaryOperator op = UnaryOperator::Plus;
    ExpressionPtr operand;
};
struct BinaryOperand {
    BinaryOperator op = BinaryOperator::Add;
    ExpressionPtr value;
};
/** From left to right. */
struct BinaryExpression {
    ExpressionPtr first;
    std::vector<BinaryOperand> rest;
};
struct LogicExpression {
    Logic op = Logic::And;
    Expressions operands;
};
struct ComparisonExpression {
    Comparison op = Comparison::Equal;
    ExpressionPtr left;
    ExpressionPtr right;
};
struct ConditionalExpression {
    ExpressionPtr condition;
    ExpressionPtr then;
    ExpressionPtr otherwise;
};
struct AttributeExpression {
    ExpressionPtr object;
    std::string name;
};
struct IndexExpression {
    ExpressionPtr object;
    ExpressionPtr index;
};
struct SliceExpression {
    ExpressionPtr object;
    ExpressionPtr start; ///< null: left out; so are the others
    ExpressionPtr stop;
    ExpressionPtr step;
};
enum class Passing : std::uint8_t { Positional, Named, List, Dict };
struct Argument {
    Passing passing = Passing::Positional;
    std::string name; ///< of Named
    Position at;      ///< of the name or star, else of the value
    ExpressionPtr value;
};
struct CallExpression {
    ExpressionPtr callee;
    std::pmr::vector<Argument> arguments;
};
struct LambdaExpression {
    std::unique_ptr<FunctionDefinition> function;
};
enum class Conversion : std::uint8_t { Str, Repr };
/** Text, then perhaps a value. */
struct FormatPart {
    std::string text;
    ExpressionPtr value;
    Conversion conversion = Conversion::Str;
};
struct FormatExpression {
    std::vector<FormatPart> parts;
};

struct Expression {
    using Node = std::variant<NameExpression, ConstantExpression, EllipsisExpression, ListExpression, TupleExpression,
                              DictExpression, ComprehensionExpression, UnaryExpression, BinaryExpression,
                              LogicExpression, ComparisonExpression, ConditionalExpression, AttributeExpression,
                              IndexExpression, SliceExpression, CallExpression, LambdaExpression, FormatExpression>;
    Position at; ///< of its first character
    Node node;

    template<class T>
    const T* as() const {
        return std::get_if<T>(&node);
    }
};

/** What of a function's variables lies where. */
struct Frame {
    std::uint32_t slotCount = 0;      ///< parameters first
    std::vector<std::uint32_t> cells; ///< slots that inner functions share
};

/** A variable of the enclosing function, taken along when the function is made. */
struct Capture {
    Scope from = Scope::Local; ///< Local, or Captured: what the enclosing function took along itself
    std::uint32_t slot = 0;
};

enum class ParameterKind : std::uint8_t { Positional, NamedOnly, Rest, NamedRest };

struct Parameter {
    ParameterKind kind = ParameterKind::Positional;
    std::string name;
    Position at;
    ExpressionPtr fallback;   ///< null: required
    ExpressionPtr annotation; ///< null: any type
};

struct FunctionDefinition {
    std::string name; ///< "lambda" for those without
    Position at;
    std::vector<Parameter> parameters; ///< the n-th lies in slot n
    ExpressionPtr returnType;
    Block body; ///< a lambda's is one Return
    Frame frame;
    std::vector<Capture> captures;
};

struct ExpressionStatement {
    ExpressionPtr value;
};
struct AssignStatement {
    ExpressionPtr target;
    ExpressionPtr annotation;
    ExpressionPtr value;
};
struct AugmentedStatement {
    BinaryOperator op = BinaryOperator::Add;
    ExpressionPtr target;
    ExpressionPtr value;
};
/** `if`, `elif`; without a condition `else`, which is the last. */
struct Branch {
    ExpressionPtr condition;
    Block body;
};
struct IfStatement {
    std::vector<Branch> branches;
};
struct ForStatement {
    ExpressionPtr target;
    ExpressionPtr source;
    Block body;
};
struct DefStatement {
    std::unique_ptr<FunctionDefinition> function;
    Binding binding;
};
struct ReturnStatement {
    ExpressionPtr value;
};
struct BreakStatement {};
struct ContinueStatement {};
struct PassStatement {};
struct LoadedName {
    std::string local;
    Binding binding;
};
struct LoadStatement {
    std::string module;
    std::vector<LoadedName> names;
};

struct Statement {
    using Node =
        std::variant<ExpressionStatement, AssignStatement, AugmentedStatement, IfStatement, ForStatement, DefStatement,
                     ReturnStatement, BreakStatement, ContinueStatement, PassStatement, LoadStatement>;
    Position at;
    Node node;
    Position end = {}; ///< behind its last character; of simple statements only
};

enum class ConstantKind : std::uint8_t { String, Bytes, Int, Float };

/** A literal: strings decoded, numbers as written. */
struct Constant {
    ConstantKind kind = ConstantKind::String;
    std::string text;
};

/** A tree has a dozen nodes for each rule, and all of them end together: they take no memory of their own each. */
using NodeMemory = std::pmr::monotonic_buffer_resource;

struct Program {
    Program() = default;
    Program(Program&&) = default;
    Program& operator=(Program&&) = delete; // would end the memory before the tree in it

    std::unique_ptr<NodeMemory> nodes = std::make_unique<NodeMemory>(); ///< first, as it must outlive the rest
    Block body;
    std::vector<Constant> constants;
    std::vector<std::string> globals; ///< names of the module's variables; the n-th lies in slot n
    Frame frame;                      ///< of the variables of comprehensions outside functions
};

/**
 * Where a literal's element stands: `path` leads through lists written out in the text. Where it leads on into what the
 * text does not spell out, the innermost place that it does.
 */
Position positionOf(const Expression& expression, std::span<const std::size_t> path);

} // namespace exeat::rules
