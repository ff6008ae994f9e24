#pragma once

#include "rules/evaluate/evaluation.h"
#include "rules/evaluate/native.h"
#include "rules/language/ast.h"

#include <span>
#include <vector>

namespace exeat::rules {

/**
 * Walks the tree of one program. Statements are in interpreter.cpp, expressions in expressions.cpp, calls in calls.cpp,
 * types in annotations.cpp. Everything that a run makes ends with the Interpreter.
 */
class Interpreter final : public Evaluation {
public:
    /**
     * `program` has been resolved against the names of `builtins`, in their order; both outlive this. The run takes the
     * texts of its constants.
     */
    Interpreter(Program& program, std::span<const Native> builtins, std::size_t mostSteps);

    /** Once. What went wrong is takeFault(). */
    Raisable<void> run();

    Outcome call(Value callee, std::span<const Value> arguments) override;

private:
    /** The variables of the function that runs now; of the file outside of functions. */
    struct Activation {
        std::vector<Value> slots;
        const FunctionObject* function = nullptr;
        Value returned;
    };
    enum class Flow { Next, Break, Continue, Return };
    using Went = Raisable<Flow>;

    // Statements.
    Went runBlock(const Block& block);
    Went runStatement(const ExpressionStatement& node, Position at);
    Went runStatement(const AssignStatement& node, Position at);
    Went runStatement(const AugmentedStatement& node, Position at);
    Went runStatement(const IfStatement& node, Position at);
    Went runStatement(const ForStatement& node, Position at);
    Went runStatement(const DefStatement& node, Position at);
    Went runStatement(const ReturnStatement& node, Position at);
    Went runStatement(const BreakStatement& node, Position at);
    Went runStatement(const ContinueStatement& node, Position at);
    Went runStatement(const PassStatement& node, Position at);
    Went runStatement(const LoadStatement& node, Position at);
    Raisable<void> assign(const Expression& target, Value value);
    Raisable<void> assignEach(const Expressions& targets, Value value, Position at);
    void store(const Binding& binding, Value value);
    Value* variable(const Binding& binding);

    // Expressions.
    Outcome evaluate(const Expression& expression);
    /** Unset for null. */
    Outcome evaluateOptional(const ExpressionPtr& expression);
    Raisable<std::vector<Value>> evaluateAll(const Expressions& expressions);
    Outcome valueOf(const NameExpression& node, Position at);
    Outcome valueOf(const ConstantExpression& node, Position at);
    Outcome valueOf(const EllipsisExpression& node, Position at);
    Outcome valueOf(const ListExpression& node, Position at);
    Outcome valueOf(const TupleExpression& node, Position at);
    Outcome valueOf(const DictExpression& node, Position at);
    Outcome valueOf(const ComprehensionExpression& node, Position at);
    Outcome valueOf(const UnaryExpression& node, Position at);
    Outcome valueOf(const BinaryExpression& node, Position at);
    Outcome valueOf(const LogicExpression& node, Position at);
    Outcome valueOf(const ComparisonExpression& node, Position at);
    Outcome valueOf(const ConditionalExpression& node, Position at);
    Outcome valueOf(const AttributeExpression& node, Position at);
    Outcome valueOf(const IndexExpression& node, Position at);
    Outcome valueOf(const SliceExpression& node, Position at);
    Outcome valueOf(const CallExpression& node, Position at);
    Outcome valueOf(const LambdaExpression& node, Position at);
    Outcome valueOf(const FormatExpression& node, Position at);
    Raisable<void> runClauses(const ComprehensionExpression& node, std::size_t clause, Value result);

    // Calls.
    Outcome makeFunction(const FunctionDefinition& definition);
    Raisable<void> takeParameters(const FunctionDefinition& definition, FunctionObject& function);
    Raisable<std::vector<ArgumentValue>> evaluateArguments(const CallExpression& node, Position at);
    Raisable<void> spreadList(Value list, std::vector<ArgumentValue>& arguments);
    Raisable<void> spreadDict(Value dict, std::vector<ArgumentValue>& arguments);
    Outcome invoke(Value callee, std::span<const ArgumentValue> arguments, Position at);
    Outcome invokeFunction(const FunctionObject& function, std::span<const ArgumentValue> arguments, Position at);
    Outcome runFunction(const FunctionObject& function, Activation activation, Position at);

    // Types.
    Raisable<TypeRule> typeRule(const Expression& annotation);
    Raisable<TypeRule> genericRule(const IndexExpression& node, Position at);
    Raisable<void> checkType(const TypeRule& rule, Value value, std::string_view what);

    Program& m_program;
    std::vector<Value> m_builtins;
    std::vector<Value> m_constants;
    std::vector<Value> m_globals;
    Activation m_active;
};

} // namespace exeat::rules
