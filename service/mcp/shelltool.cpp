#include "service/mcp/shelltool.h"

#include "service/mcp/arguments.h"
#include "service/mcp/sandboxstate.h"
#include "shared/base/limits.h"

#include <filesystem>

namespace exeat::mcp {
namespace {

using namespace std::chrono_literals;

Result<SandboxPermissions> permissionsArgument(const Json& arguments) {
    const auto text = textArgument(arguments, "sandbox_permissions", "use_default", 64);
    if (!text)
        return std::unexpected(text.error());
    if (*text == "use_default")
        return SandboxPermissions::UseDefault;
    if (*text == "workspace_write")
        return SandboxPermissions::WorkspaceWrite;
    if (*text == "network")
        return SandboxPermissions::Network;
    if (*text == "require_escalated")
        return SandboxPermissions::RequireEscalated;
    return fail(ErrorKind::Invalid,
                "The argument \"sandbox_permissions\" must be use_default, workspace_write, network "
                "or require_escalated.");
}

Result<std::string> commandArgument(const Json& arguments) {
    auto command = textArgument(arguments, "command", "", limits::commandBytes);
    if (command && command->empty())
        return fail(ErrorKind::Invalid, "The argument \"command\" is needed: the Bash script to run, as one string.");
    return command;
}

std::string absoluteWorkdir(const std::string& given, const std::string& agents) {
    return (std::filesystem::path(agents) / given).lexically_normal().string();
}

} // namespace

Result<ShellArguments> parseShellArguments(const Json& arguments, const SessionId& session,
                                           const std::string& workdir) {
    auto command = commandArgument(arguments);
    const auto folder = textArgument(arguments, "workdir", workdir, 4096);
    const auto timeout = durationArgument(arguments, "timeout_ms", limits::defaultTimeout, 1ms, 24h);
    const auto login = flagArgument(arguments, "login", false);
    const auto separate = flagArgument(arguments, "separate_streams", false);
    const auto permissions = permissionsArgument(arguments);
    auto justification = textArgument(arguments, "justification", "", limits::messageBytes);
    const auto patience = yieldArgument(arguments);
    std::string wrong;
    const auto collect = [&wrong](const auto& argument) {
        if (!argument)
            wrong += (wrong.empty() ? "" : " ") + argument.error().text;
    };
    collect(command), collect(folder), collect(timeout), collect(login), collect(separate), collect(permissions);
    collect(justification), collect(patience);
    if (!wrong.empty())
        return fail(ErrorKind::Invalid, wrong);
    RunRequest request;
    request.session = session;
    request.script = std::move(*command);
    request.workdir = absoluteWorkdir(*folder, workdir);
    request.timeout = *timeout;
    request.login = *login;
    request.streams = *separate ? OutputStreams::Separate : OutputStreams::Merged;
    request.permissions = *permissions;
    request.justification = std::move(*justification);
    return ShellArguments{std::move(request), *patience};
}

std::expected<FollowPlan, ToolReply> planShell(AgentLink& link, const Json& arguments, const Json& params) {
    auto parsed = parseShellArguments(arguments, link.session, link.workdir);
    if (!parsed)
        return std::unexpected(errorResult(parsed.error().text));
    parsed->request.clientSandbox = link.sandbox;
    if (const Json* meta = objectMember(params, "_meta")) {
        if (auto sandbox = parseCallSandbox(*meta, link.workdir))
            parsed->request.clientSandbox = std::move(sandbox);
    }
    const auto run = link.services.runs.start(parsed->request);
    if (!run)
        return std::unexpected(errorResult(run.error().text));
    return FollowPlan{.run = *run, .patience = parsed->patience};
}

} // namespace exeat::mcp
