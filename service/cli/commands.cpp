#include "service/cli/commands.h"

#include "service/cli/output.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace exeat {
namespace {

bool allWorksInside(const Arguments&) {
    return true;
}

/** `rules lint FILE…`; without a file it is about what holds, and that only the service knows. */
bool lintsFiles(const Arguments& arguments) {
    const QStringList& words = arguments.options;
    return !words.isEmpty() && words.front() == QLatin1String("lint") &&
           std::any_of(words.begin() + 1, words.end(), [](const QString& word) { return !word.startsWith(u'-'); }) &&
           std::none_of(words.begin(), words.end(), [](const QString& word) { return word.contains(u"-workdir"); });
}

constexpr CliCommand commands[] = {
    {"mcp", "the MCP server for an agent, on standard input and output", mcpCommand},
    {"run", "run a command as an agent's call would", runCommand},
    {"execpolicy", "what rules files alone say of a command, as `codex execpolicy check`", execpolicyCommand,
     CommandNeeds::Nothing, allWorksInside},
    {"rules", "list, explain, check and edit the rules that hold", rulesCommand, CommandNeeds::EventLoop, lintsFiles},
    {"approvals", "list, answer and watch the open questions", approvalsCommand},
    {"history", "what ran, why, and who decided", historyCommand},
    {"runs", "the calls of agents, newest first", runsCommand},
    {"trust", "which repositories' rules count, and what waits", trustCommand},
    {"doctor", "check every part and the agents' own settings", doctorCommand},
    {"setup", "print the configuration for each agent", setupCommand, CommandNeeds::EventLoop, allWorksInside},
};

std::string helpText() {
    std::string text = "Exeat: rules, prompts and a sandbox for the commands of AI agents.\n\n"
                       "Usage: exeat COMMAND [OPTIONS]\n\nCommands:\n";
    for (const CliCommand& command : commands)
        text += "  " + std::string(command.name) + std::string(12 - command.name.size(), ' ') +
                std::string(command.summary) + "\n";
    return text + "\n`exeat COMMAND --help` says more. --version prints the version.\n";
}

bool asksForHelp(const Arguments& arguments) {
    return arguments.options.contains(QLatin1String("--help")) || arguments.options.contains(QLatin1String("-h"));
}

/** A word one or two keys away, for "did you mean". */
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

int unknown(const std::string& word) {
    if (word.size() < 64)
        for (const CliCommand& command : commands)
            if (distance(word, command.name) <= 2) {
                complain("there is no command '" + word + "'; did you mean '" + std::string(command.name) + "'?");
                return exitUsage;
            }
    complain("there is no command '" + word + "'; `exeat --help` lists all");
    return exitUsage;
}

} // namespace

std::span<const CliCommand> commandTable() {
    return commands;
}

bool nothingWorksInside(const Arguments&) {
    return false;
}

bool saysInsideRun() {
    return std::getenv("EXEAT") != nullptr; // NOLINT(concurrency-mt-unsafe): read only
}

std::string whyNotInside(const Arguments& arguments) {
    const auto* const found = std::ranges::find(commands, arguments.command, &CliCommand::name);
    if (found == std::end(commands) || asksForHelp(arguments) || found->worksInside(arguments))
        return {};
    return "`exeat " + arguments.command +
           "` is for a person at their own terminal and not available to an agent inside a sandbox, where neither the "
           "service nor the settings can be reached. Start programs directly: each is looked up in the rules as it "
           "starts. These work here: `exeat execpolicy check`, `exeat rules lint FILE`, `exeat setup --print`, and "
           "--help of every command. (Told by the variable EXEAT, which commands of an agent have; at a terminal of "
           "your own, `unset EXEAT` and try again.)";
}

CommandNeeds needsOf(const Arguments& arguments) {
    const auto* const found = std::ranges::find(commands, arguments.command, &CliCommand::name);
    return found == std::end(commands) ? CommandNeeds::EventLoop : found->needs;
}

int dispatch(const Arguments& arguments) {
    const std::string& word = arguments.command;
    if (word == "--version" || word == "-V") {
        say("exeat " EXEAT_VERSION "\n");
        return 0;
    }
    if (word == "--help" || word == "-h" || word == "help") {
        say(helpText());
        return 0;
    }
    if (word.empty()) {
        complain("a command is missing; `exeat --help` lists all");
        return exitUsage;
    }
    const auto* const found = std::ranges::find(commands, word, &CliCommand::name);
    if (found == std::end(commands))
        return unknown(word);
    if (saysInsideRun()) {
        if (const std::string why = whyNotInside(arguments); !why.empty()) {
            complain(why);
            return exitFailure;
        }
    }
    return found->run(arguments);
}

} // namespace exeat
