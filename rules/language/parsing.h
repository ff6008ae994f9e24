#pragma once

#include "rules/language/ast.h"
#include "rules/language/lexer.h"

#include <expected>
#include <initializer_list>
#include <span>
#include <utility>

namespace exeat::rules {

/**
 * The parser of one file: recursive descent, one token ahead. Statements are in statements.cpp, expressions in
 * expressions.cpp, functions and their calls in functions.cpp. Each method leaves the token behind what it read.
 */
class Parsing {
public:
    explicit Parsing(std::string_view text) : m_lexer(text) {}
    std::expected<Program, Fault> program();

private:
    using ExpressionOr = std::expected<ExpressionPtr, Fault>;
    using Done = std::expected<void, Fault>;

    /** One level of nesting while it lives. */
    class Level {
    public:
        explicit Level(Parsing& parsing) : m_parsing(parsing) { ++m_parsing.m_depth; }
        ~Level() { --m_parsing.m_depth; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        bool tooDeep() const;

    private:
        Parsing& m_parsing;
    };

    // Tokens.
    Done step();
    bool at(TokenKind kind) const { return m_token.kind == kind; }
    bool atAny(std::initializer_list<TokenKind> kinds) const;
    Done expect(TokenKind kind, std::string_view where);
    std::unexpected<Fault> wrong(Position where, std::string message) const;
    std::unexpected<Fault> wrong(std::string message) const { return wrong(m_token.at, std::move(message)); }
    std::unexpected<Fault> tooDeep() const;
    /** `expected` completes "… is expected, not X"; says more where a reserved word or an open bracket explains it. */
    std::unexpected<Fault> unexpected(std::string_view expected) const;

    // Statements.
    Done statementLine(Block& block);
    Done simpleStatements(Block& block);
    std::expected<Statement, Fault> simpleStatement();
    std::expected<Statement, Fault> expressionStatement();
    std::expected<Statement, Fault> assignment(Position start, ExpressionPtr target, ExpressionPtr annotation);
    std::expected<Statement, Fault> ifStatement();
    std::expected<Statement, Fault> forStatement();
    std::expected<Statement, Fault> defStatement();
    std::expected<Statement, Fault> returnStatement();
    std::expected<Statement, Fault> loadStatement();
    std::expected<LoadedName, Fault> loadedName();
    Done block(Block& body, std::string_view after);
    Done indentedBlock(Block& body, std::string_view after);
    Done checkTarget(const Expression& target) const;

    // Expressions, from the loosest to the tightest.
    ExpressionOr expression();
    ExpressionOr expressionOrTuple();
    ExpressionOr conditional();
    ExpressionOr logic(Logic op);
    ExpressionOr negation();
    ExpressionOr comparison();
    /** Operators that bind as tightly as `loosest`, a place in the table of precedences, or tighter. */
    ExpressionOr binary(std::size_t loosest);
    ExpressionOr unary();
    ExpressionOr suffixed();
    ExpressionOr attribute(ExpressionPtr object);
    ExpressionOr indexOrSlice(ExpressionPtr object);
    ExpressionOr operand();
    ExpressionOr constant(ConstantKind kind);
    ExpressionOr parenthesised();
    ExpressionOr listOrComprehension();
    ExpressionOr dictOrComprehension();
    ExpressionOr formatString();
    std::expected<Conversion, Fault> conversion();
    Done formatValue(FormatPart& part);
    Done comprehension(ComprehensionExpression& result);
    ExpressionOr loopTarget();
    ExpressionOr closeSlice(Position start, SliceExpression slice);
    template<class Node>
    ExpressionPtr makeExpression(Position at, Node&& node) {
        std::pmr::polymorphic_allocator<> memory(m_program.nodes.get());
        return ExpressionPtr(memory.new_object<Expression>(at, std::forward<Node>(node)));
    }

    // Functions.
    /** Room made at once in lists and calls: most have fewer. */
    static constexpr std::size_t usualItems = 4;
    ExpressionOr call(ExpressionPtr callee);
    std::expected<Argument, Fault> argument(std::span<const Argument> before);
    ExpressionOr lambda();
    enum class Annotations { Allowed, None };
    std::expected<std::vector<Parameter>, Fault> parameters(TokenKind closing, Annotations annotations);
    std::expected<Parameter, Fault> parameter(Annotations annotations, bool onlyByName);
    Done checkParameter(const std::vector<Parameter>& before, bool onlyByName, const Parameter& parameter) const;
    ExpressionOr annotation();
    Done checkAnnotation(const Expression& annotation) const;

    Lexer m_lexer;
    Token m_token;
    Position m_end; ///< of the token before it
    Program m_program;
    std::size_t m_depth = 0;
};

} // namespace exeat::rules
