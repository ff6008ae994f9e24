#include "service/cli/agentconfig.h"

#include <nlohmann/json.hpp>

namespace exeat {
namespace {

using nlohmann::ordered_json;

std::string heading(std::string_view title, std::string_view where) {
    return "# " + std::string(title) + "\n# merge into " + std::string(where) + "\n";
}

std::string codexText(const std::string& program) {
    // A JSON string is a TOML basic string for every path that can be typed. features.shell_tool: openai/codex #6481.
    return heading("Codex", "~/.codex/config.toml") + "[mcp_servers.exeat]\ncommand = " + ordered_json(program).dump() +
           "\nargs = [\"mcp\"]\ntool_timeout_sec = 600\n"
           "default_tools_approval_mode = \"approve\"   # Exeat asks; Codex need not ask again\n\n"
           "[features]\nshell_tool = false                       # its own shell off\n";
}

std::string claudeText(const std::string& program) {
    const ordered_json server = {
        {"mcpServers", {{"exeat", {{"type", "stdio"}, {"command", program}, {"args", {"mcp"}}}}}}};
    const ordered_json settings = {{"permissions", {{"deny", {"Bash"}}, {"allow", {"mcp__exeat"}}}}};
    return heading("Claude Code", "~/.claude.json (or: claude mcp add -s user exeat -- " + program + " mcp)") +
           server.dump(2) +
           "\n# and into ~/.claude/settings.json: its own shell off, ours without a second question\n" +
           settings.dump(2) + "\n";
}

std::string cursorText(const std::string& program) {
    const ordered_json server = {{"mcpServers", {{"exeat", {{"command", program}, {"args", {"mcp"}}}}}}};
    const ordered_json allowed = {{"mcpAllowlist", {"exeat:*"}}};
    const ordered_json cli = {{"permissions", {{"deny", {"Shell(*)"}}}}};
    return heading("Cursor", "~/.cursor/mcp.json") + server.dump(2) +
           "\n# ~/.cursor/permissions.json: ours without a second question (not verified here)\n" + allowed.dump(2) +
           "\n# ~/.cursor/cli-config.json: the command line agent's own shell off (not verified here); the editor has "
           "no "
           "known setting\n# for it: keep \"Auto-run\" off\n" +
           cli.dump(2) + "\n";
}

std::string geminiText(const std::string& program) {
    const ordered_json settings = {
        {"mcpServers", {{"exeat", {{"command", program}, {"args", {"mcp"}}, {"timeout", 600000}, {"trust", true}}}}},
        {"tools", {{"exclude", {"run_shell_command"}}}}};
    return heading("Gemini CLI", "~/.gemini/settings.json (before 0.3.0 the list was named excludeTools)") +
           settings.dump(2) + "\n";
}

std::string opencodeText(const std::string& program) {
    const ordered_json settings = {
        {"mcp",
         {{"exeat", {{"type", "local"}, {"command", {program, "mcp"}}, {"enabled", true}, {"timeout", 600000}}}}},
        {"permission", {{"bash", "deny"}, {"exeat_*", "allow"}}}};
    return heading("opencode 1.x", "~/.config/opencode/opencode.json (before 1.1.1: \"tools\": {\"bash\": false})") +
           settings.dump(2) + "\n";
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
