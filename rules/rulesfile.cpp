#include "rules/builtins/declarations.h"
#include "rules/evaluate/globals.h"
#include "rules/evaluate/interpreter.h"
#include "rules/language/parser.h"
#include "rules/language/resolver.h"
#include "rules/language/sourcetext.h"
#include "rules/language/utf8.h"
#include "rules/policy.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <utility>

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

/** Nothing, and nothing taken, where there is not so much. */
bool take(std::size_t& work, std::size_t spent) {
    if (spent > work)
        return false;
    work -= spent;
    return true;
}

std::expected<Declarations, Fault> declarationsOf(std::string_view text, Vocabulary vocabulary, std::size_t& work) {
    auto program = parseProgram(text);
    if (!program)
        return std::unexpected(std::move(program.error()));
    Declarations declared;
    // Most statements are rules.
    const std::size_t rules = std::min(program->body.size(), limits::rulesPerFile);
    declared.rules.reserve(rules);
    declared.examples.reserve(rules);
    const auto builtins = builtinsFor(declared, vocabulary);
    std::vector<std::string_view> names;
    for (const auto& native : builtins)
        names.push_back(native.name);
    if (auto resolved = resolve(*program, names); !resolved)
        return std::unexpected(std::move(resolved.error()));
    Interpreter interpreter(*program, builtins, work);
    const auto run = interpreter.run();
    work -= std::min(work, interpreter.steps());
    if (!run)
        return std::unexpected(interpreter.takeFault());
    return declared;
}

std::expected<RulesFile, Fault> runFile(std::string_view text, const std::string& file, Layer layer,
                                        Vocabulary vocabulary, std::size_t& work) {
    if (text.size() > limits::rulesFileBytes)
        return std::unexpected(Fault{
            {1, 1}, "the file is larger than " + std::to_string(limits::rulesFileBytes) + " bytes; split it", {}});
    if (!isValidUtf8(text))
        return std::unexpected(Fault{firstInvalid(text), "the file is not valid UTF-8; save it as UTF-8", {}});
    if (!take(work, text.size()))
        return std::unexpected(Fault{{1, 1},
                                     "the rules files of this folder are too large together; what they hold and do may "
                                     "come to " +
                                         std::to_string(limits::rulesFolderWork) + " bytes and steps",
                                     {}});
    auto declared = declarationsOf(text, vocabulary, work);
    if (!declared)
        return std::unexpected(std::move(declared.error()));
    RulesFile result;
    result.hostExecutables = std::move(declared->hosts);
    result.networkRules = std::move(declared->network);
    for (auto& host : result.hostExecutables)
        host.file = file;
    for (auto& network : result.networkRules)
        network.file = file;
    result.rules = std::move(declared->rules);
    result.rules.shrink_to_fit(); // it is held for long, and room was made for every statement
    for (std::size_t i = 0; i < result.rules.size(); ++i) {
        PrefixRule& rule = result.rules[i];
        if (auto fault = checkExamples(rule, declared->examples[i], result.hostExecutables))
            return std::unexpected(std::move(*fault));
        if (declared->examples[i].match.empty())
            result.withoutExamples.push_back(i);
        rule.file = file;
        rule.layer = layer;
    }
    return result;
}

} // namespace

std::string underlined(std::string_view excerpt, int character) {
    std::size_t before = 0;
    for (int i = 0; i < character && before < excerpt.size(); ++i)
        before += std::min(characterLength(excerpt[before]), excerpt.size() - before);
    const std::string shown = visible(excerpt.substr(0, before), 4096);
    return "    " + shown + visible(excerpt.substr(before), 4096) + "\n    " + std::string(characterCount(shown), ' ') +
           "^\n";
}

std::expected<RulesFile, RulesError> parseRules(std::string_view text, const std::string& file, Layer layer,
                                                Vocabulary vocabulary) {
    std::size_t work = limits::rulesSteps + text.size();
    return parseRules(text, file, layer, vocabulary, work);
}

std::expected<RulesFile, RulesError> parseRules(std::string_view text, const std::string& file, Layer layer,
                                                Vocabulary vocabulary, std::size_t& work) {
    auto result = runFile(text, file, layer, vocabulary, work);
    if (result)
        return std::move(*result);
    const Fault& fault = result.error();
    Excerpt excerpt = excerptAt(text, fault.at);
    RulesError error{file, fault.at.line, fault.at.column, fault.message, std::move(excerpt.text), excerpt.column, {}};
    for (const auto& caller : fault.callers) {
        excerpt = excerptAt(text, caller.at);
        error.callers.push_back(
            {caller.function, caller.at.line, caller.at.column, std::move(excerpt.text), excerpt.column});
    }
    return std::unexpected(std::move(error));
}

void append(RulesFile& all, const RulesFile& more) {
    for (const std::size_t place : more.withoutExamples)
        all.withoutExamples.push_back(all.rules.size() + place);
    all.rules.insert(all.rules.end(), more.rules.begin(), more.rules.end());
    all.hostExecutables.insert(all.hostExecutables.end(), more.hostExecutables.begin(), more.hostExecutables.end());
    all.networkRules.insert(all.networkRules.end(), more.networkRules.begin(), more.networkRules.end());
}

std::string errorText(const RulesError& error) {
    const auto place = [&](int line, int column) {
        return visible(error.file, 4096) + ':' + std::to_string(line) + ':' + std::to_string(column) + ": ";
    };
    std::string text = place(error.line, error.column) + error.message + '\n';
    if (!error.excerpt.empty())
        text += underlined(error.excerpt, error.column - error.excerptColumn);
    for (auto caller = error.callers.rbegin(); caller != error.callers.rend(); ++caller) {
        // A recursion says the same forty times.
        if (caller != error.callers.rbegin() && *caller == *std::prev(caller))
            continue;
        text += place(caller->line, caller->column) + "in the call of `" + caller->function + "`\n" +
                underlined(caller->excerpt, caller->column - caller->excerptColumn);
    }
    return text;
}

} // namespace exeat::rules
