#include "service/mcp/tools.h"

#include "shared/base/limits.h"

namespace exeat::mcp {
namespace {

using std::chrono::milliseconds;

Json text(const char* description) {
    return {{"type", "string"}, {"description", description}};
}

Json boolean(const char* description) {
    return {{"type", "boolean"}, {"description", description}};
}

Json number(const std::string& description, int least = 0) {
    return {{"type", "integer"}, {"minimum", least}, {"description", description}};
}

Json object(Json properties, Json required) {
    return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

std::string inMilliseconds(milliseconds duration) {
    return std::to_string(duration.count());
}

Json yieldProperty() {
    return number("Answer after this many milliseconds at the latest, with a handle for shell_wait if the command is "
                  "still running. Default " +
                  inMilliseconds(limits::clientCall) + '.');
}

Json shellInput() {
    return object(
        {{"command", text("The script that Bash runs.")},
         {"workdir", text("Folder to run in, absolute or relative to the agent's own. Default: the agent's own.")},
         {"timeout_ms", number("End the command after this many milliseconds of its own time; waiting for a person "
                               "does not count. At least 1, default " +
                                   inMilliseconds(limits::defaultTimeout) + ".",
                               1)},
         {"login", boolean("Run the login scripts first. Default false.")},
         {"sandbox_permissions",
          {{"type", "string"},
           {"enum", {"use_default", "workspace_write", "network", "require_escalated"}},
           {"description", "More than the sandbox gives, for this one call. A person or a rule decides; say why in "
                           "justification. Default use_default."}}},
         {"justification", text("One sentence for the person who decides on sandbox_permissions.")},
         {"separate_streams", boolean("Keep stdout and stderr apart (their order between each other is lost). "
                                      "Default false: one output, in exact order.")},
         {"yield_ms", yieldProperty()}},
        {"command"});
}

Json runProperty() {
    return text("The run from an earlier answer.");
}

Json outputSchema() {
    return object(
        {{"status", {{"type", "string"}, {"enum", {"finished", "running", "waiting for approval"}}}},
         {"run", text("Handle for shell_wait and shell_stop; valid for a few minutes after the end.")},
         {"output", text("What was printed.")},
         {"exit_code", {{"type", "integer"}}},
         {"signal", {{"type", "integer"}}},
         {"end", {{"type", "string"}}},
         {"timed_out", {{"type", "boolean"}}},
         {"duration", object({{"secs", {{"type", "integer"}}}, {"nanos", {{"type", "integer"}}}}, {"secs", "nanos"})},
         {"stdout", {{"type", "string"}}},
         {"stderr", {{"type", "string"}}},
         {"dropped_bytes", {{"type", "integer"}}},
         {"sandbox", {{"type", "object"}}},
         {"execs", {{"type", "array"}, {"items", {{"type", "object"}}}}},
         {"approvals", {{"type", "array"}, {"items", {{"type", "object"}}}}},
         {"failure", {{"type", "string"}}},
         {"next", {{"type", "string"}}}},
        {"status", "run", "output"});
}

struct Hints {
    bool readOnly = false;
    bool destructive = true;
    bool idempotent = false;
    bool openWorld = true;
};

struct Tool {
    const char* name;
    const char* title;
    const char* description;
    Json input;
    Hints hints;
};

Json toolJson(const Tool& tool, Revision revision) {
    Json json{{"name", tool.name}, {"description", tool.description}, {"inputSchema", tool.input}};
    if (revision >= Revision::R2025_03_26)
        json["annotations"] = {{"readOnlyHint", tool.hints.readOnly},
                               {"destructiveHint", tool.hints.destructive},
                               {"idempotentHint", tool.hints.idempotent},
                               {"openWorldHint", tool.hints.openWorld}};
    if (revision >= Revision::R2025_06_18) {
        json["title"] = tool.title;
        json["outputSchema"] = outputSchema();
    }
    return json;
}

} // namespace

Json toolList(Revision revision) {
    const Json byRun = object({{"run", runProperty()}}, {"run"});
    const Json byRunAndYield = object({{"run", runProperty()}, {"yield_ms", yieldProperty()}}, {"run"});
    Json tools = Json::array();
    tools.push_back(toolJson({"shell",
                              "Run a command",
                              "Runs a Bash script in a sandbox. Rules of the user let some programs run outside the "
                              "sandbox, refuse others with a reason, or ask a person; what destroys work (rm -rf, git "
                              "reset --hard) is asked, too. A refused program does not end the script. If the answer "
                              "says \"running\" or \"waiting for approval\", go on with "
                              "shell_wait.",
                              shellInput(),
                              {}},
                             revision));
    tools.push_back(toolJson({"shell_wait",
                              "Wait for a command",
                              "Waits for a run that an earlier answer left behind and gives its result.",
                              byRunAndYield,
                              {.readOnly = true, .destructive = false, .idempotent = true, .openWorld = false}},
                             revision));
    tools.push_back(toolJson({"shell_stop",
                              "Stop a command",
                              "Ends a run with everything it started and gives its output so far.",
                              byRun,
                              {.idempotent = true, .openWorld = false}},
                             revision));
    return tools;
}

const char* instructions() {
    return "Use the tool `shell` for every command. It runs in a sandbox that the user's rules describe: programs they "
           "allow run outside, programs they forbid are refused with a reason, some ask a person first. Do not work "
           "around a refusal; tell the user what was refused and why. If a call needs to write or to reach the "
           "network where the sandbox does not let it, repeat it with sandbox_permissions and a justification.";
}

Json serverInfo() {
    return {{"name", "exeat"}, {"version", EXEAT_VERSION}};
}

Json serverCapabilities() {
    // Codex sends its sandbox only to servers that name one of these (codex.md §4.3).
    const Json version{{"version", "1.0.0"}};
    return {{"tools", Json::object()},
            {"experimental", {{"codex/sandbox-state", version}, {"codex/sandbox-state-meta", version}}}};
}

Json finishResult(Json result, Revision revision) {
    if (isModern(revision)) {
        if (!result.contains("resultType"))
            result["resultType"] = "complete";
        result["_meta"]["io.modelcontextprotocol/serverInfo"] = serverInfo();
    }
    return result;
}

Json finishCacheableResult(Json result, Revision revision) {
    if (isModern(revision)) {
        result["ttlMs"] = 300'000;
        result["cacheScope"] = "private";
    }
    return finishResult(std::move(result), revision);
}

Json finishToolResult(ToolResult result, Revision revision) {
    Json json{{"content", Json::array({{{"type", "text"}, {"text", std::move(result.text)}}})},
              {"isError", result.isError}};
    if (revision >= Revision::R2025_06_18 && !result.structured.is_null())
        json["structuredContent"] = std::move(result.structured);
    return finishResult(std::move(json), revision);
}

Json finishInputRequired(InputRequired input) {
    return finishResult({{"resultType", "input_required"},
                         {"inputRequests", std::move(input.requests)},
                         {"requestState", std::move(input.state)}},
                        Revision::R2026_07_28);
}

} // namespace exeat::mcp
