#include "service/cli/agentconfig.h"
#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "shared/qt/runtimepaths.h"

namespace exeat {

int setupCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Prints for each agent the configuration that registers Exeat, "
                                                    "switches the agent's own shell off, and allows our "
                                                    "tool without a second question. Changes nothing."));
    const QCommandLineOption print(QStringLiteral("print"),
                                   QStringLiteral("Print it (the only thing setup does yet)."));
    parser.addOption(print);
    if (const auto code =
            parse(parser, arguments, QStringLiteral("setup --print [codex|claude|cursor|gemini|opencode …]")))
        return *code;
    if (!parser.isSet(print)) {
        complain("setup changes no file by itself; `exeat setup --print` prints what to change");
        return exitUsage;
    }
    const auto programs = programFolder();
    if (!programs) {
        complain(programs.error().text);
        return exitFailure;
    }
    std::vector<std::string> wanted;
    for (const QString& word : parser.positionalArguments())
        wanted.push_back(word.toStdString());
    if (wanted.empty())
        wanted.assign(knownAgents().begin(), knownAgents().end());
    std::string text;
    for (const std::string& agent : wanted) {
        const std::string part = setupText(agent, *programs + "/exeat");
        if (part.empty()) {
            complain("'" + agent + "' is not among codex, claude, cursor, gemini, opencode");
            return exitUsage;
        }
        text += (text.empty() ? "" : "\n") + part;
    }
    say(text);
    return 0;
}

} // namespace exeat
