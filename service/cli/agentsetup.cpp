#include "service/cli/agentconfig.h"

#include <nlohmann/json.hpp>

namespace exeat {
namespace {

using nlohmann::ordered_json;

std::string heading(std::string_view title, std::string_view where) {
    return "# " + std::string(title) + "\n# merge into " + std::string(where) + "\n";
}

std::string codexText(const std::string& program) {
    // A JSON string is a TOML basic string for every path that can be typed. features.shell_tool: openai/codex #6481;
    // default_tools_approval_mode: openai/codex #17843.
    return heading("Codex", "~/.codex/config.toml") + "[mcp_servers.exeat]\ncommand = " + ordered_json(program).dump() +
           "\nargs = [\"mcp\"]\ntool_timeout_sec = 600\n"
           "default_tools_approval_mode = \"approve\"   # Exeat asks; Codex need not ask again\n\n"
           "[features]\nshell_tool = false                       # its own shell off\n";
}

std::string claudeText(const std::string& program) {
    const ordered_json server = {
        {"mcpServers", {{"exeat", {{"type", "stdio"}, {"command", program}, {"args", {"mcp"}}}}}}};
    const ordered_json settings = {
        {"permissions", {{"deny", {"Bash", "PowerShell", "Monitor"}}, {"allow", {"mcp__exeat"}}}}};
    // code.claude.com/docs/en/permissions: a bare name in deny takes the tool away from the model; mcp__SERVER in
    // allow.
    return heading("Claude Code", "~/.claude.json (or: claude mcp add -s user exeat -- " + program + " mcp)") +
           server.dump(2) +
           "\n# and into ~/.claude/settings.json: its own shell off, ours without a second question. PowerShell and\n"
           "# Monitor start programs as well where they exist (that these names are right was not verified)\n" +
           settings.dump(2) + "\n";
}

std::string cursorText(const std::string& program) {
    const ordered_json server = {{"mcpServers", {{"exeat", {{"command", program}, {"args", {"mcp"}}}}}}};
    const ordered_json allowed = {{"mcpAllowlist", {"exeat:*"}}};
    const ordered_json cli = {{"permissions", {{"deny", {"Shell(*)"}}}}};
    // cursor.com/docs/reference/permissions, cursor.com/docs/cli/reference/permissions: globs are documented, "*" is
    // not.
    return heading("Cursor", "~/.cursor/mcp.json") + server.dump(2) +
           "\n# ~/.cursor/permissions.json: ours without a second question; replaces the list in the editor's "
           "settings\n" +
           allowed.dump(2) +
           "\n# ~/.cursor/cli-config.json ($XDG_CONFIG_HOME/cursor/cli-config.json where that is set): the command "
           "line\n"
           "# agent's own shell off (that * covers every command was not verified). The editor has no known setting\n"
           "# for it: with \"Auto-run\" off you are asked before it starts a command of its own; ours is on the "
           "list\n" +
           cli.dump(2) + "\n";
}

std::string geminiText(const std::string& program) {
    const ordered_json settings = {
        {"mcpServers", {{"exeat", {{"command", program}, {"args", {"mcp"}}, {"timeout", 600000}, {"trust", true}}}}},
        {"tools", {{"exclude", {"run_shell_command"}}}}};
    // geminicli.com/docs/cli/configuration. tools.core would hide tools of MCP as well: gemini-cli #28361.
    return heading("Gemini CLI", "~/.gemini/settings.json (before 0.3.0 the list was named excludeTools)") +
           settings.dump(2) + "\n# do not set tools.core beside it: some versions then hide every MCP tool\n";
}

std::string opencodeText(const std::string& program) {
    const ordered_json settings = {
        {"mcp",
         {{"exeat", {{"type", "local"}, {"command", {program, "mcp"}}, {"enabled", true}, {"timeout", 600000}}}}},
        {"permission", {{"bash", "deny"}, {"exeat_*", "allow"}}}};
    const ordered_json second = {
        {"mcp", {{"servers", {{"exeat", {{"type", "local"}, {"command", {program, "mcp"}}}}}}}},
        {"permissions",
         {{{"action", "shell"}, {"resource", "*"}, {"effect", "deny"}},
          {{"action", "exeat_*"}, {"resource", "*"}, {"effect", "allow"}}}}};
    // opencode.ai/v1/docs/permissions, opencode.ai/v2/docs/permissions.
    return heading("opencode 1.x", "~/.config/opencode/opencode.json (before 1.1.1: \"tools\": {\"bash\": false})") +
           settings.dump(2) + "\n# opencode 2 instead (that tools of ours are named exeat_* there was not verified)\n" +
           second.dump(2) + "\n";
}

} // namespace

std::string setupText(std::string_view agent, const std::string& program) {
    if (agent == "codex")
        return codexText(program);
    if (agent == "claude")
        return claudeText(program);
    if (agent == "cursor")
        return cursorText(program);
    if (agent == "gemini")
        return geminiText(program);
    if (agent == "opencode")
        return opencodeText(program);
    return {};
}

} // namespace exeat
