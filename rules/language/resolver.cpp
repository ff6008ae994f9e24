#include "rules/language/resolver.h"

#include "rules/language/suggestion.h"
#include "shared/base/text.h"

#include <algorithm>
#include <map>
#include <set>

namespace exeat::rules {
namespace {

using Names = std::map<std::string, std::uint32_t, std::less<>>;

/** A function whose body is being walked; the file itself is the outermost. */
struct OpenFunction {
    Frame& frame;
    FunctionDefinition* definition = nullptr; ///< null: the file
    std::vector<Names> scopes;                ///< its variables, then those of the comprehensions that are open
    Names captured;
    std::set<std::uint32_t> cells; ///< beside frame.cells, for looking up
    int loops = 0;
};

class Resolver {
public:
    Resolver(Program& program, std::span<const std::string_view> builtins) : m_program(program), m_builtins(builtins) {}

    std::expected<void, Fault> run() {
        collectAssigned(m_program.body, [&](const std::string& name) { addGlobal(name); });
        m_functions.push_back({m_program.frame, nullptr, {}, {}, {}, 0});
        walk(m_program.body);
        if (m_fault)
            return std::unexpected(std::move(*m_fault));
        return {};
    }

private:
    // Which names a block assigns, inner functions and comprehensions excepted.
    template<class Add>
    static void collectTargets(const Expression& target, const Add& add) {
        if (const auto* name = target.as<NameExpression>())
            add(name->name);
        else if (const auto* tuple = target.as<TupleExpression>())
            std::for_each(tuple->items.begin(), tuple->items.end(), [&](const auto& i) { collectTargets(*i, add); });
        else if (const auto* list = target.as<ListExpression>())
            std::for_each(list->items.begin(), list->items.end(), [&](const auto& i) { collectTargets(*i, add); });
    }

    template<class Add>
    static void collectAssigned(const Block& block, const Add& add) {
        for (const auto& statement : block) {
            if (const auto* assign = std::get_if<AssignStatement>(&statement.node)) {
                collectTargets(*assign->target, add);
            } else if (const auto* augmented = std::get_if<AugmentedStatement>(&statement.node)) {
                collectTargets(*augmented->target, add);
            } else if (const auto* def = std::get_if<DefStatement>(&statement.node)) {
                add(def->function->name);
            } else if (const auto* load = std::get_if<LoadStatement>(&statement.node)) {
                for (const auto& name : load->names)
                    add(name.local);
            } else if (const auto* loop = std::get_if<ForStatement>(&statement.node)) {
                collectTargets(*loop->target, add);
                collectAssigned(loop->body, add);
            } else if (const auto* choice = std::get_if<IfStatement>(&statement.node)) {
                for (const auto& branch : choice->branches)
                    collectAssigned(branch.body, add);
            }
        }
    }

    void addGlobal(const std::string& name) {
        const auto slot = static_cast<std::uint32_t>(m_program.globals.size());
        if (m_globals.emplace(name, slot).second)
            m_program.globals.push_back(name);
    }

    static void addVariable(OpenFunction& function, const std::string& name) {
        if (function.scopes.back().emplace(name, function.frame.slotCount).second)
            ++function.frame.slotCount;
    }

    bool isFirst(Position at) const { return !m_fault || at < m_fault->at; }

    void complain(Position at, std::string message) {
        if (isFirst(at))
            m_fault = Fault{at, std::move(message), {}};
    }

    // Names.
    std::optional<Binding> findInFunctions(std::size_t level, const std::string& name) {
        OpenFunction& function = m_functions[level];
        for (auto scope = function.scopes.rbegin(); scope != function.scopes.rend(); ++scope) {
            if (const auto found = scope->find(name); found != scope->end())
                return Binding{Scope::Local, found->second};
        }
        if (const auto found = function.captured.find(name); found != function.captured.end())
            return Binding{Scope::Captured, found->second};
        if (level == 0)
            return std::nullopt;
        const auto outer = findInFunctions(level - 1, name);
        if (!outer)
            return std::nullopt;
        OpenFunction& enclosing = m_functions[level - 1];
        if (outer->scope == Scope::Local && enclosing.cells.insert(outer->slot).second)
            enclosing.frame.cells.push_back(outer->slot);
        auto& captures = function.definition->captures;
        const auto slot = static_cast<std::uint32_t>(captures.size());
        captures.push_back({outer->scope, outer->slot});
        function.captured.emplace(name, slot);
        return Binding{Scope::Captured, slot};
    }

    void bind(const std::string& name, Position at, Binding& binding) {
        if (const auto found = findInFunctions(m_functions.size() - 1, name)) {
            binding = *found;
        } else if (const auto global = m_globals.find(name); global != m_globals.end()) {
            binding = {Scope::Module, global->second};
        } else if (const auto builtin = std::find(m_builtins.begin(), m_builtins.end(), name);
                   builtin != m_builtins.end()) {
            binding = {Scope::Builtin, static_cast<std::uint32_t>(builtin - m_builtins.begin())};
        } else if (isFirst(at)) {
            complain(at, "`" + visible(name, 64) + "` is not defined" + didYouMean(name, visibleNames()));
        }
    }

    /** Nearest first, so that of two names that are as alike the nearer one is proposed. */
    std::vector<std::string_view> visibleNames() const {
        std::vector<std::string_view> names;
        for (auto function = m_functions.rbegin(); function != m_functions.rend(); ++function) {
            for (const auto& scope : function->scopes)
                std::for_each(scope.begin(), scope.end(), [&](const auto& entry) { names.push_back(entry.first); });
        }
        names.insert(names.end(), m_program.globals.begin(), m_program.globals.end());
        names.insert(names.end(), m_builtins.begin(), m_builtins.end());
        return names;
    }

    // Statements.
    void walk(Block& block) {
        for (auto& statement : block)
            std::visit([&](auto& node) { walk(node, statement.at); }, statement.node);
    }
    void walk(ExpressionStatement& node, Position) { walk(node.value); }
    void walk(AssignStatement& node, Position) {
        walk(node.annotation);
        walk(node.value);
        walk(node.target);
    }
    void walk(AugmentedStatement& node, Position) {
        walk(node.target);
        walk(node.value);
    }
    void walk(IfStatement& node, Position) {
        for (auto& branch : node.branches) {
            walk(branch.condition);
            walk(branch.body);
        }
    }
    void walk(ForStatement& node, Position) {
        walk(node.source);
        walk(node.target);
        ++m_functions.back().loops;
        walk(node.body);
        --m_functions.back().loops;
    }
    void walk(DefStatement& node, Position at) {
        bind(node.function->name, at, node.binding);
        walk(*node.function);
    }
    void walk(ReturnStatement& node, Position at) {
        if (m_functions.size() == 1)
            complain(at, "`return` stands outside of a function");
        walk(node.value);
    }
    void walk(BreakStatement&, Position at) { needsLoop(at, "break"); }
    void walk(ContinueStatement&, Position at) { needsLoop(at, "continue"); }
    void walk(PassStatement&, Position) {}
    void walk(LoadStatement& node, Position at) {
        if (m_functions.size() > 1 || m_functions.back().loops > 0)
            complain(at, "`load` stands inside of a function or loop");
        for (auto& name : node.names)
            bind(name.local, at, name.binding);
    }

    void needsLoop(Position at, std::string_view word) {
        if (m_functions.back().loops == 0)
            complain(at, "`" + std::string(word) + "` stands outside of a `for` loop");
    }

    void walk(FunctionDefinition& function) {
        for (auto& parameter : function.parameters) {
            walk(parameter.annotation);
            walk(parameter.fallback);
        }
        walk(function.returnType);
        m_functions.push_back({function.frame, &function, {Names()}, {}, {}, 0});
        for (const auto& parameter : function.parameters)
            addVariable(m_functions.back(), parameter.name);
        collectAssigned(function.body, [&](const std::string& name) { addVariable(m_functions.back(), name); });
        walk(function.body);
        m_functions.pop_back();
    }

    // Expressions.
    void walk(ExpressionPtr& expression) {
        if (expression != nullptr)
            std::visit([&](auto& node) { walkNode(node, expression->at); }, expression->node);
    }
    void walk(Expressions& expressions) {
        for (auto& expression : expressions)
            walk(expression);
    }
    void walkNode(NameExpression& node, Position at) { bind(node.name, at, node.binding); }
    void walkNode(ConstantExpression&, Position) {}
    void walkNode(EllipsisExpression&, Position) {}
    void walkNode(ListExpression& node, Position) { walk(node.items); }
    void walkNode(TupleExpression& node, Position) { walk(node.items); }
    void walkNode(DictExpression& node, Position) {
        for (auto& entry : node.entries) {
            walk(entry.key);
            walk(entry.value);
        }
    }
    void walkNode(ComprehensionExpression& node, Position) {
        walk(node.clauses.front().source); // the first source is looked up outside: [x for x in x]
        auto& function = m_functions.back();
        function.scopes.emplace_back();
        for (const auto& clause : node.clauses) {
            if (clause.target != nullptr)
                collectTargets(*clause.target, [&](const std::string& name) { addVariable(m_functions.back(), name); });
        }
        for (std::size_t i = 0; i < node.clauses.size(); ++i) {
            if (i > 0)
                walk(node.clauses[i].source);
            walk(node.clauses[i].target);
        }
        walk(node.key);
        walk(node.value);
        m_functions.back().scopes.pop_back();
    }
    void walkNode(UnaryExpression& node, Position) { walk(node.operand); }
    void walkNode(BinaryExpression& node, Position) {
        walk(node.first);
        for (auto& operand : node.rest)
            walk(operand.value);
    }
    void walkNode(LogicExpression& node, Position) { walk(node.operands); }
    void walkNode(ComparisonExpression& node, Position) {
        walk(node.left);
        walk(node.right);
    }
    void walkNode(ConditionalExpression& node, Position) {
        walk(node.condition);
        walk(node.then);
        walk(node.otherwise);
    }
    void walkNode(AttributeExpression& node, Position) { walk(node.object); }
    void walkNode(IndexExpression& node, Position) {
        walk(node.object);
        walk(node.index);
    }
    void walkNode(SliceExpression& node, Position) {
        walk(node.object);
        walk(node.start);
        walk(node.stop);
        walk(node.step);
    }
    void walkNode(CallExpression& node, Position) {
        walk(node.callee);
        for (auto& argument : node.arguments)
            walk(argument.value);
    }
    void walkNode(LambdaExpression& node, Position) { walk(*node.function); }
    void walkNode(FormatExpression& node, Position) {
        for (auto& part : node.parts)
            walk(part.value);
    }

    Program& m_program;
    std::span<const std::string_view> m_builtins;
    Names m_globals;
    std::vector<OpenFunction> m_functions; ///< the innermost last
    std::optional<Fault> m_fault;
};

} // namespace

std::expected<void, Fault> resolve(Program& program, std::span<const std::string_view> builtins) {
    return Resolver(program, builtins).run();
}

} // namespace exeat::rules
