#include "service/cli/agentconfig.h"
#include "service/cli/commands.h"
#include "service/cli/jsonoutput.h"
#include "service/cli/output.h"
#include "service/cli/partchecks.h"
#include "shared/base/text.h"
#include "shared/qt/controlclient.h"

#include <QCoreApplication>
#include <QDir>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace exeat {
namespace {

void addStatus(std::vector<Check>& checks, const wire::ServiceStatus& status) {
    checks.push_back({"service",
                      CheckState::Ok,
                      status.program,
                      "runs, interceptor " + status.interceptor + ", " + std::to_string(status.agents.size()) +
                          " agents, " + std::to_string(status.openApprovals) + " open questions",
                      {}});
    for (const std::string& problem : status.problems)
        checks.push_back({"rules and settings", CheckState::Warn, {}, problem, "mend what it names"});
}

/** Asks the service, which is started if need be. */
void checkService(const RuntimePaths& paths, std::vector<Check>& checks) {
    ControlClient client(paths, wire::ClientKind::CommandLine);
    QObject::connect(&client, &ControlClient::ready, &client, [&] {
        wire::AskStatus request;
        request.request = 1;
        client.send(request);
    });
    QObject::connect(&client, &ControlClient::received, &client, [&](const wire::ControlReply& reply) {
        if (const auto* status = std::get_if<wire::ServiceStatus>(&reply))
            addStatus(checks, *status);
        QCoreApplication::exit(0);
    });
    QObject::connect(&client, &ControlClient::lost, &client, [&](const QString& why) {
        checks.push_back(
            {"service", CheckState::Broken, {}, why.toStdString(), "start exeatd in a terminal to see why"});
        QCoreApplication::exit(0);
    });
    client.open();
    QCoreApplication::exec();
}

std::vector<Check> checkAgents(const RuntimePaths& paths) {
    std::vector<Check> checks;
    // Where the agents look: they believe HOME.
    const std::string home = qEnvironmentVariable("HOME").toLocal8Bit().toStdString();
    for (const AgentConfig& agent : readAgentConfigs(
             {home.starts_with('/') ? home : paths.home, paths.codexHome, QDir::currentPath().toStdString()}))
        checks.push_back(checkOf(agent));
    return checks;
}

nlohmann::json listOf(const std::vector<Check>& checks) {
    nlohmann::json list = nlohmann::json::array();
    for (const Check& check : checks)
        list.push_back(toJson(check));
    return list;
}

/** Problems of rules files show the line below the message. */
std::string visibleLines(std::string_view text) {
    std::string lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines += (at == 0 ? "" : "\n        ") + visible(text.substr(at, end - at), 1024);
        at = end + 1;
    }
    return lines;
}

void print(const std::vector<Check>& checks) {
    for (const Check& check : checks) {
        const std::string state = word(check.state);
        say(state + std::string(8 - state.size(), ' ') + check.name + ": " + visibleLines(check.text) +
            (check.version.empty() ? "" : " (" + visible(check.version, 128) + ")") + "\n");
        if (!check.cure.empty())
            say("        cure: " + visible(check.cure, 1024) + "\n");
    }
}

bool isBroken(const Check& check) {
    return check.state == CheckState::Broken;
}

} // namespace

int doctorCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Checks every part of Exeat and the agents' own settings, the "
                       "current folder's included, and names the cure. Exits with 1 if something is broken."));
    const QCommandLineOption json(QStringLiteral("json"), QStringLiteral("One JSON object."));
    parser.addOption(json);
    if (const auto code = parse(parser, arguments, QStringLiteral("doctor [--json]")))
        return *code;
    if (!parser.positionalArguments().isEmpty()) {
        complain("doctor takes no words, only --json; it checks everything");
        return exitUsage;
    }
    const auto paths = runtimePaths();
    if (!paths) {
        complain(paths.error().text);
        return exitFailure;
    }
    std::vector<Check> parts = checkParts(*paths);
    checkService(*paths, parts);
    const std::vector<Check> agents = checkAgents(*paths);
    const bool good = std::ranges::none_of(parts, isBroken) && std::ranges::none_of(agents, isBroken);
    if (parser.isSet(json)) {
        const nlohmann::json report = {{"format", 1},
                                       {"exeat", EXEAT_VERSION},
                                       {"ok", good},
                                       {"parts", listOf(parts)},
                                       {"agents", listOf(agents)}};
        sayJson(report, JsonForm::Indented);
    } else {
        print(parts);
        print(agents);
    }
    return good ? 0 : exitFailure;
}

} // namespace exeat
