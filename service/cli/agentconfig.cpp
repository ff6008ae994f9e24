#include "service/cli/agentconfig.h"

#include "shared/base/limits.h"
#include "shared/base/uniquefd.h"

#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

namespace exeat {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 5> names = {"codex", "claude", "cursor", "gemini", "opencode"};

bool isOurs(std::string_view command) {
    return command.substr(command.rfind('/') + 1) == "exeat";
}

std::optional<std::string> readText(AgentConfig& agent, const std::string& file) {
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return std::nullopt;
    agent.present = true;
    agent.files.push_back(file);
    auto text = readFile(file, limits::configFileBytes);
    if (text)
        return std::move(*text);
    agent.problem = text.error().text;
    return std::nullopt;
}

/** An object, or an empty one; comments are allowed, as several agents do. */
json readJson(AgentConfig& agent, const std::string& file) {
    const auto text = readText(agent, file);
    if (!text)
        return json::object();
    json value = json::parse(*text, nullptr, false, true);
    if (value.is_object())
        return value;
    agent.problem = file + " is not valid JSON; its agent ignores it or does not start";
    return json::object();
}

const json& member(const json& value, const char* name) {
    static const json nothing;
    if (!value.is_object())
        return nothing;
    const auto found = value.find(name);
    return found == value.end() ? nothing : *found;
}

bool listHolds(const json& list, std::string_view wanted) {
    return list.is_array() && std::ranges::any_of(list, [&](const json& item) {
               return item.is_string() && item.get_ref<const std::string&>() == wanted;
           });
}

bool serversHoldUs(const json& servers) {
    if (!servers.is_object())
        return false;
    return std::ranges::any_of(servers, [](const json& server) {
        const json& command = member(server, "command");
        const json& first = command.is_array() && !command.empty() ? command[0] : command;
        return first.is_string() && isOurs(first.get_ref<const std::string&>());
    });
}

AgentConfig readCodex(const AgentPlaces& places) {
    AgentConfig agent{"codex", {}, false, false, OwnShell::On, {}};
    const std::string file = places.codexHome + "/config.toml";
    const auto text = readText(agent, file);
    if (!text)
        return agent;
    try { // toml++ 3.3 as packaged tells of errors by exceptions only
        const toml::table table = toml::parse(*text);
        if (const auto* servers = table["mcp_servers"].as_table())
            for (const auto& [name, server] : *servers)
                if (const auto* entry = server.as_table())
                    agent.registered |= isOurs((*entry)["command"].value_or(std::string_view()));
        if (table["features"]["shell_tool"].value_or(true) == false)
            agent.ownShell = OwnShell::Off;
    } catch (const toml::parse_error& error) {
        agent.problem =
            file + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description());
    }
    return agent;
}

AgentConfig readClaude(const AgentPlaces& places) {
    AgentConfig agent{"claude", {}, false, false, OwnShell::On, {}};
    agent.registered = serversHoldUs(member(readJson(agent, places.home + "/.claude.json"), "mcpServers"));
    for (const char* file : {"/.claude/settings.json", "/.claude/settings.local.json"}) {
        const json settings = readJson(agent, places.home + file);
        if (listHolds(member(member(settings, "permissions"), "deny"), "Bash"))
            agent.ownShell = OwnShell::Off;
    }
    return agent;
}

AgentConfig readCursor(const AgentPlaces& places) {
    AgentConfig agent{"cursor", {}, false, false, OwnShell::CannotBeSwitchedOff, {}};
    agent.registered = serversHoldUs(member(readJson(agent, places.home + "/.cursor/mcp.json"), "mcpServers"));
    const json settings = readJson(agent, places.home + "/.cursor/cli-config.json");
    if (listHolds(member(member(settings, "permissions"), "deny"), "Shell(*)"))
        agent.ownShell = OwnShell::Off; // of the command line agent
    return agent;
}

AgentConfig readGemini(const AgentPlaces& places) {
    AgentConfig agent{"gemini", {}, false, false, OwnShell::On, {}};
    const json settings = readJson(agent, places.home + "/.gemini/settings.json");
    agent.registered = serversHoldUs(member(settings, "mcpServers"));
    const json& excluded = member(member(settings, "tools"), "exclude");
    const json& excludedBefore = member(settings, "excludeTools");
    if (listHolds(excluded, "run_shell_command") || listHolds(excludedBefore, "run_shell_command"))
        agent.ownShell = OwnShell::Off;
    return agent;
}

AgentConfig readOpencode(const AgentPlaces& places) {
    AgentConfig agent{"opencode", {}, false, false, OwnShell::On, {}};
    for (const char* file : {"/.config/opencode/opencode.json", "/.config/opencode/opencode.jsonc"}) {
        const json settings = readJson(agent, places.home + file);
        const json& mcp = member(settings, "mcp");
        agent.registered |= serversHoldUs(mcp) || serversHoldUs(member(mcp, "servers"));
        const json& permission = member(member(settings, "permission"), "bash");
        const json& tool = member(member(settings, "tools"), "bash");
        if ((permission.is_string() && permission == "deny") || (tool.is_boolean() && tool == false))
            agent.ownShell = OwnShell::Off;
    }
    return agent;
}

std::string cureOf(const AgentConfig& agent) {
    return "run `exeat setup --print " + agent.name + "` and put what it prints into the files it names";
}

} // namespace

std::span<const std::string_view> knownAgents() {
    return names;
}

std::vector<AgentConfig> readAgentConfigs(const AgentPlaces& places) {
    return {readCodex(places), readClaude(places), readCursor(places), readGemini(places), readOpencode(places)};
}

Check checkOf(const AgentConfig& agent) {
    Check check{"agent " + agent.name, CheckState::Ok, {}, {}, {}};
    if (!agent.problem.empty())
        return {check.name,
                CheckState::Warn,
                {},
                agent.problem,
                "mend the file; what Exeat says of this agent may be wrong"};
    if (!agent.present) {
        check.text = "no settings of it here";
        return check;
    }
    if (!agent.registered)
        return {check.name, CheckState::Warn, {}, "does not use Exeat: rules do not bind this agent", cureOf(agent)};
    switch (agent.ownShell) {
    case OwnShell::Off:
        check.text = "uses Exeat, its own shell is off";
        return check;
    case OwnShell::On:
        return {check.name,
                CheckState::Broken,
                {},
                "uses Exeat, but its own shell tool is still on: rules do not bind this agent",
                cureOf(agent)};
    case OwnShell::CannotBeSwitchedOff:
        return {check.name,
                CheckState::Warn,
                {},
                "uses Exeat, but no setting is known that switches its own shell off: rules do not bind this agent",
                "do not let it run terminal commands by itself; " + cureOf(agent)};
    }
    return check;
}

} // namespace exeat
