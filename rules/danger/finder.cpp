#include "rules/danger/finder.h"

#include "rules/danger/flows.h"
#include "rules/policy.h"
#include "shared/base/limits.h"

#include <algorithm>
#include <utility>

namespace exeat::danger {
namespace {

bool holds(const DangerTest& test, const Invocation& invocation) {
    const CommandLine& line = invocation.line;
    const auto listed = [&](const Argument& word) { return isListed(test.words, word.text); };
    switch (test.kind) {
    case TestKind::Nothing:
        return true;
    case TestKind::HasOption:
        return line.has(test.words);
    case TestKind::HasNoOption:
        return !line.has(test.words);
    case TestKind::HasOperand:
        return !line.operands.empty();
    case TestKind::OperandIs:
        return std::ranges::any_of(line.operands, [&](const Argument* operand) { return listed(*operand); });
    case TestKind::FirstOperandIs:
        return !line.operands.empty() && listed(*line.operands.front());
    case TestKind::OperandBehindDashes:
        return line.behindDashes < line.operands.size();
    case TestKind::WordIs:
        return std::ranges::any_of(invocation.arguments, listed);
    case TestKind::Holds:
        return test.holds(invocation);
    }
    return false;
}

CommandLine lineOf(std::string_view command, Arguments arguments) {
    const ValueOptions syntax = syntaxOf(command);
    return readOptions(arguments, syntax.options, syntax.order);
}

/** Most programs are neither dangerous nor do they start others, and then their arguments are of no interest. */
bool isOfInterest(std::string_view program) {
    return isShell(program) || startsOthers(program) || isListed("fd fdfind", program) ||
           std::ranges::any_of(dangerRows(), [&](const DangerRow& row) { return isListed(row.programs, program); });
}

} // namespace

void DangerFinder::add(std::string_view id, std::vector<std::string> command) {
    if (!m_settings.enabled || std::ranges::find(m_settings.off, id) != m_settings.off.end())
        return;
    const auto known = dangerList();
    const auto entry = std::ranges::find(known, id, &DangerEntry::id);
    Danger danger{std::string(id), std::move(command), std::string(entry->what), std::string(entry->instead), m_host};
    if (std::ranges::find(m_found, danger) != m_found.end())
        return;
    if (m_found.size() >= limits::dangersPerCommand)
        m_overflown = true;
    else
        m_found.push_back(std::move(danger));
}

void DangerFinder::command(Arguments words) {
    const std::string outer = m_host;
    follow(words);
    m_host = outer;
}

void DangerFinder::follow(Arguments words) {
    for (std::size_t wrappers = 0; wrappers <= limits::dangerDepth && !words.empty(); ++wrappers) {
        if (!words.front().literal)
            return;
        const std::string program = programName(words.front().text);
        const Arguments arguments = words.subspan(1);
        if (isShell(program))
            return shell(arguments);
        check(program, words);
        if (program == "find" || program == "fd" || program == "fdfind")
            return find(arguments);
        const auto wrapper = wrapperIn(words);
        if (!wrapper)
            return;
        if (program == "env" && envSplit(arguments))
            return;
        const Wrapped inner = unwrap(*wrapper->row, wrapper->arguments);
        if (!inner.host.empty())
            m_host = inner.host;
        if (inner.script)
            return script(*inner.script);
        words = inner.command;
    }
}

void DangerFinder::check(std::string_view program, Arguments words) {
    const auto rows = dangerRows();
    if (std::ranges::none_of(rows, [&](const DangerRow& row) { return isListed(row.programs, program); }))
        return;
    const Arguments arguments = words.subspan(1);
    const auto globalOptions = globalOptionsOf(program);
    if (!globalOptions || program == "bun") // which is an interpreter, too
        return checkRows({program, arguments, lineOf(program, arguments)}, {}, words);
    const CommandLine global = readOptions(arguments, *globalOptions, OperandOrder::Ends);
    if (program == "git")
        gitAliases(global);
    if (global.rest.empty() || !global.rest.front().literal)
        return;
    const std::string& subcommand = global.rest.front().text;
    const Arguments rest = global.rest.subspan(1);
    checkRows({program, rest, lineOf(std::string(program) + " " + subcommand, rest)}, subcommand, words);
}

void DangerFinder::gitAliases(const CommandLine& global) {
    for (const GivenOption& option : global.options) {
        // -c alias.x='!rm -rf y': git runs what stands behind the !
        const auto bang = option.value ? option.value->text.find("=!") : std::string::npos;
        if (option.name == "c" && bang != std::string::npos && option.value->text.starts_with("alias."))
            script(option.value->text.substr(bang + 2));
    }
}

void DangerFinder::checkRows(const Invocation& invocation, std::string_view subcommand, Arguments words) {
    for (const DangerRow& row : dangerRows()) {
        if (!isListed(row.programs, invocation.program) || row.subcommand != subcommand)
            continue;
        const bool off = std::ranges::find(m_settings.off, row.id) != m_settings.off.end();
        if (!off && std::ranges::all_of(row.tests, [&](const DangerTest& test) { return holds(test, invocation); }))
            return add(row.id, textsOf(words));
    }
}

void DangerFinder::shell(Arguments arguments) {
    const InterpreterCall call = interpreterCall("sh", arguments);
    if (call.code)
        script(arguments[*call.code].text);
}

/** What stands between -exec and its `;` or `+`. */
void DangerFinder::find(Arguments arguments) {
    static constexpr std::string_view starts = "-exec -execdir -ok -okdir -x -X --exec --exec-batch";
    std::size_t at = 0;
    while (at < arguments.size()) {
        if (!isListed(starts, arguments[at++].text))
            continue;
        const std::size_t first = at;
        while (at < arguments.size() && arguments[at].text != ";" &&
               (arguments[at].text != "+" || arguments[at - 1].text != "{}"))
            ++at;
        if (m_depth >= limits::dangerDepth)
            return;
        ++m_depth;
        command(arguments.subspan(first, at - first));
        --m_depth;
    }
}

/** -S stands in place of the words that its value is split into. */
bool DangerFinder::envSplit(Arguments arguments) {
    static constexpr std::string_view name = "--split-string";
    std::size_t at = 0;
    while (at < arguments.size() && arguments[at].known.starts_with('-')) {
        const std::string& option = arguments[at].known;
        const bool isLong = option.starts_with("--");
        const auto value = isLong ? option.find('=') : option.find('S');
        if (isLong ? isOptionListed(name, option.substr(0, value)) && option != "--" : value != std::string::npos) {
            const bool attached = value != std::string::npos && value + 1 < option.size();
            if (attached)
                envWords(option.substr(value + 1), arguments.subspan(at + 1));
            else if (at + 1 < arguments.size())
                envWords(arguments[at + 1].text, arguments.subspan(at + 2));
            return true;
        }
        const bool takes = option == "-u" || option == "-C" || option == "--unset" || option == "--chdir";
        at += takes ? 2U : 1U;
    }
    return false;
}

void DangerFinder::envWords(const std::string& text, Arguments rest) {
    const auto split = rules::splitWords(text);
    if (!split || m_depth >= limits::dangerDepth)
        return;
    std::vector<std::string> words{"env"};
    words.insert(words.end(), split->begin(), split->end());
    std::vector<Argument> all = argumentsOf(words);
    all.insert(all.end(), rest.begin(), rest.end());
    ++m_depth;
    command(all);
    --m_depth;
}

void DangerFinder::script(std::string_view text) {
    if (m_depth >= limits::dangerDepth)
        return;
    ++m_depth;
    const script::Script script = script::readScript(text, m_steps);
    for (const script::SimpleCommand& one : script.commands)
        command(argumentsOf(one.words));
    for (const Flow& flow : flowsOf(script)) {
        if (flow.text)
            this->script(*flow.text);
        else if (!flow.needsInput)
            add(flow.id, flow.command);
    }
    --m_depth;
}

std::vector<Danger> dangersOf(const std::vector<std::string>& argv, const HeuristicSettings& settings) {
    if (argv.empty() || !settings.enabled || !isOfInterest(programName(argv.front())))
        return {};
    std::size_t steps = 0;
    DangerFinder finder(settings, steps);
    const std::vector<Argument> words = argumentsOf(argv);
    finder.command(words);
    std::vector<Danger> found = finder.found();
    if (finder.overflown())
        found.back().command = argv;
    return found;
}

} // namespace exeat::danger
