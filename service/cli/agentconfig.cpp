#include "service/cli/agentconfig.h"

#include "rules/tomlkeys.h"
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

/** The user's file and the project's, which an agent reads later. */
std::vector<std::string> layered(const AgentPlaces& places, const std::string& user, const std::string& project) {
    std::vector<std::string> files{user};
    if (!places.project.empty() && places.project + project != user)
        files.push_back(places.project + project);
    return files;
}

void readCodexFile(AgentConfig& agent, const std::string& file) {
    const auto text = readText(agent, file);
    if (!text)
        return;
    if (rules::longestKey(*text) > limits::tomlKeyParts) {
        agent.problem = file + ": a key with too many parts"; // toml++ would overflow its stack over it
        return;
    }
    try { // toml++ 3.3 as packaged tells of errors by exceptions only
        const toml::table table = toml::parse(*text);
        if (const auto* servers = table["mcp_servers"].as_table())
            for (const auto& [name, server] : *servers)
                if (const auto* entry = server.as_table())
                    agent.registered |= isOurs((*entry)["command"].value_or(std::string_view()));
        if (const auto shell = table["features"]["shell_tool"].value<bool>())
            agent.ownShell = *shell ? OwnShell::On : OwnShell::Off;
    } catch (const toml::parse_error& error) {
        agent.problem =
            file + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description());
    }
}

AgentConfig readCodex(const AgentPlaces& places) {
    AgentConfig agent{"codex", {}, false, false, OwnShell::On, {}};
    for (const auto& file : layered(places, places.codexHome + "/config.toml", "/.codex/config.toml"))
        readCodexFile(agent, file);
    return agent;
}

AgentConfig readClaude(const AgentPlaces& places) {
    AgentConfig agent{"claude", {}, false, false, OwnShell::On, {}};
    for (const auto& file : layered(places, places.home + "/.claude.json", "/.mcp.json"))
        agent.registered |= serversHoldUs(member(readJson(agent, file), "mcpServers"));
    for (const char* name : {"/.claude/settings.json", "/.claude/settings.local.json"}) {
        for (const auto& file : layered(places, places.home + name, name)) {
            const json settings = readJson(agent, file);
            const json& denied = member(member(settings, "permissions"), "deny");
            if (listHolds(denied, "Bash") || listHolds(denied, "Bash(*)"))
                agent.ownShell = OwnShell::Off; // whatever another file allows
        }
    }
    return agent;
}

AgentConfig readCursor(const AgentPlaces& places) {
    AgentConfig agent{"cursor", {}, false, false, OwnShell::CannotBeSwitchedOff, {}};
    for (const auto& file : layered(places, places.home + "/.cursor/mcp.json", "/.cursor/mcp.json"))
        agent.registered |= serversHoldUs(member(readJson(agent, file), "mcpServers"));
    for (const auto& file : layered(places, places.home + "/.cursor/cli-config.json", "/.cursor/cli.json")) {
        const json settings = readJson(agent, file);
        if (listHolds(member(member(settings, "permissions"), "deny"), "Shell(*)"))
            agent.ownShell = OwnShell::Off; // of the command line agent
    }
    return agent;
}

AgentConfig readGemini(const AgentPlaces& places) {
    AgentConfig agent{"gemini", {}, false, false, OwnShell::On, {}};
    for (const auto& file : layered(places, places.home + "/.gemini/settings.json", "/.gemini/settings.json")) {
        const json settings = readJson(agent, file);
        agent.registered |= serversHoldUs(member(settings, "mcpServers"));
        // Lists of several files are merged.
        if (listHolds(member(member(settings, "tools"), "exclude"), "run_shell_command") ||
            listHolds(member(settings, "excludeTools"), "run_shell_command"))
            agent.ownShell = OwnShell::Off;
    }
    return agent;
}

bool says(const json& value, const char* name, std::string_view word) {
    const json& said = member(value, name);
    return said.is_string() && said.get_ref<const std::string&>() == word;
}

/** What the file says of the shell, in the words of 1.x or of V2; nothing if it says nothing. */
std::optional<OwnShell> opencodeShell(const json& settings) {
    std::optional<OwnShell> shell;
    if (const json& tool = member(member(settings, "tools"), "bash"); tool.is_boolean())
        shell = tool == true ? OwnShell::On : OwnShell::Off;
    const json& permission = member(settings, "permission");
    if (const json& bash = member(permission, "bash"); !bash.is_null())
        shell = says(permission, "bash", "deny") ? OwnShell::Off : OwnShell::On;
    // Of the rules of V2 the last that matches counts.
    for (const json& rule : member(settings, "permissions")) {
        if (!says(rule, "action", "shell") && !says(rule, "action", "*"))
            continue;
        if (!says(rule, "effect", "deny"))
            shell = OwnShell::On;
        else if (says(rule, "resource", "*"))
            shell = OwnShell::Off;
    }
    return shell;
}

AgentConfig readOpencode(const AgentPlaces& places) {
    AgentConfig agent{"opencode", {}, false, false, OwnShell::On, {}};
    std::vector<std::string> files;
    for (const std::string name : {"/opencode.json", "/opencode.jsonc"})
        files.push_back(places.home + "/.config/opencode" + name);
    if (!places.project.empty()) {
        for (const std::string name : {"/opencode.json", "/opencode.jsonc", "/.opencode/opencode.json"})
            files.push_back(places.project + name);
    }
    for (const auto& file : files) {
        const json settings = readJson(agent, file);
        const json& mcp = member(settings, "mcp");
        agent.registered |= serversHoldUs(mcp) || serversHoldUs(member(mcp, "servers"));
        agent.ownShell = opencodeShell(settings).value_or(agent.ownShell);
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
