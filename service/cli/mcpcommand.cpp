#include "service/cli/commands.h"
#include "service/cli/mcp/shim.h"
#include "service/cli/output.h"
#include "shared/qt/servicestarter.h"

#include <cstdlib>

namespace exeat {

int mcpCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Serves MCP on standard input and output. For an agent to start."));
    const QCommandLineOption execve(QStringLiteral("execve"),
                                    QStringLiteral("The exec helper; default: exeat-exec beside this program."),
                                    QStringLiteral("FILE"));
    const QCommandLineOption bash(QStringLiteral("bash"),
                                  QStringLiteral("The patched Bash; default: $CODEX_BASH_PATH, then ours."),
                                  QStringLiteral("FILE"));
    const QCommandLineOption preserve(QStringLiteral("preserve-program-paths"),
                                      QStringLiteral("Only rules with a path may allow."));
    parser.addOptions({execve, bash, preserve});
    if (const auto code =
            parse(parser, arguments, QStringLiteral("mcp [--execve FILE] [--bash FILE] [--preserve-program-paths]")))
        return *code;
    if (!parser.positionalArguments().isEmpty() || arguments.hasRest) {
        complain("mcp takes no words; see `exeat mcp --help`");
        return exitUsage;
    }
    const auto paths = runtimePaths();
    if (!paths) {
        complain(paths.error().text);
        return exitFailure;
    }
    const char* bashFromEnvironment = std::getenv("CODEX_BASH_PATH"); // NOLINT(concurrency-mt-unsafe): read only
    ShimOptions options;
    options.mcpSocket = paths->mcpSocket;
    options.bashPath = parser.isSet(bash) ? parser.value(bash).toLocal8Bit().toStdString()
                                          : std::string(bashFromEnvironment == nullptr ? "" : bashFromEnvironment);
    options.execHelperPath = parser.value(execve).toLocal8Bit().toStdString();
    options.preserveProgramPaths = parser.isSet(preserve);
    options.startService = [&] {
        if (const auto started = startService(*paths); !started)
            complain(started.error().text);
    };
    return runShim(options);
}

} // namespace exeat
