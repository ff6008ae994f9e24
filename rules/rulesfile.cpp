#include "rules/builtins/declarations.h"
#include "rules/evaluate/globals.h"
#include "rules/evaluate/interpreter.h"
#include "rules/language/parser.h"
#include "rules/language/resolver.h"
#include "rules/language/sourcetext.h"
#include "rules/policy.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>

/** From text to rules: read, resolved, run, its examples tried. */
namespace exeat::rules {
namespace {

std::vector<Native> builtinsFor(Declarations& into, Vocabulary vocabulary) {
    std::vector<Native> builtins = standardGlobals();
    builtins.push_back(prefixRuleBuiltin(into, vocabulary));
    builtins.push_back(hostExecutableBuiltin(into, vocabulary));
    builtins.push_back(networkRuleBuiltin(into));
    return builtins;
}

std::expected<Declarations, Fault> declarationsOf(std::string_view text, Vocabulary vocabulary) {
    auto program = parseProgram(text);
    if (!program)
        return std::unexpected(std::move(program.error()));
    Declarations declared;
    const auto builtins = builtinsFor(declared, vocabulary);
    std::vector<std::string_view> names;
    for (const auto& native : builtins)
        names.push_back(native.name);
    if (auto resolved = resolve(*program, names); !resolved)
        return std::unexpected(std::move(resolved.error()));
    Interpreter interpreter(*program, builtins);
    if (!interpreter.run())
        return std::unexpected(interpreter.takeFault());
    return declared;
}

std::expected<RulesFile, Fault> runFile(std::string_view text, const std::string& file, Layer layer,
                                        Vocabulary vocabulary) {
    if (text.size() > limits::rulesFileBytes)
        return std::unexpected(Fault{
            {1, 1}, "the file is larger than " + std::to_string(limits::rulesFileBytes) + " bytes; split it", {}});
    if (!isValidUtf8(text))
        return std::unexpected(Fault{firstInvalid(text), "the file is not valid UTF-8; save it as UTF-8", {}});
    auto declared = declarationsOf(text, vocabulary);
    if (!declared)
        return std::unexpected(std::move(declared.error()));
    RulesFile result;
    result.hostExecutables = std::move(declared->hosts);
    result.networkRules = std::move(declared->network);
    for (auto& host : result.hostExecutables)
        host.file = file;
    for (auto& network : result.networkRules)
        network.file = file;
    for (auto& one : declared->rules) {
        if (auto fault = checkExamples(one, result.hostExecutables))
            return std::unexpected(std::move(*fault));
        if (one.match.empty())
            result.withoutExamples.push_back(result.rules.size());
        one.rule.file = file;
        one.rule.layer = layer;
        result.rules.push_back(std::move(one.rule));
    }
    return result;
}

/** The line, and a caret below the column. */
std::string underlined(std::string_view excerpt, int column) {
    const std::string line = visible(excerpt, 4096);
    if (line != excerpt)
        return "    " + line + '\n'; // what was escaped has moved, so a caret would lie
    return "    " + line + "\n    " + std::string(static_cast<std::size_t>(std::max(column - 1, 0)), ' ') + "^\n";
}

} // namespace

std::expected<RulesFile, RulesError> parseRules(std::string_view text, const std::string& file, Layer layer,
                                                Vocabulary vocabulary) {
    auto result = runFile(text, file, layer, vocabulary);
    if (result)
        return std::move(*result);
    const Fault& fault = result.error();
    RulesError error{file, fault.at.line, fault.at.column, fault.message, std::string(lineOf(text, fault.at.line)), {}};
    for (const auto& caller : fault.callers)
        error.callers.push_back(
            {caller.function, caller.at.line, caller.at.column, std::string(lineOf(text, caller.at.line))});
    return std::unexpected(std::move(error));
}

std::string errorText(const RulesError& error) {
    const auto place = [&](int line, int column) {
        return visible(error.file, 4096) + ':' + std::to_string(line) + ':' + std::to_string(column) + ": ";
    };
    std::string text = place(error.line, error.column) + error.message + '\n';
    if (!error.excerpt.empty())
        text += underlined(error.excerpt, error.column);
    for (auto caller = error.callers.rbegin(); caller != error.callers.rend(); ++caller) {
        // A recursion says the same forty times.
        if (caller != error.callers.rbegin() && *caller == *std::prev(caller))
            continue;
        text += place(caller->line, caller->column) + "in the call of `" + caller->function + "`\n" +
                underlined(caller->excerpt, caller->column);
    }
    return text;
}

} // namespace exeat::rules
