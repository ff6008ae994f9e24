#include "service/mcp/shellstoptool.h"

#include "service/mcp/shellwaittool.h"

namespace exeat::mcp {

std::expected<FollowPlan, ToolReply> planShellStop(AgentLink& link, const Json& arguments) {
    const auto run = findRun(link, arguments);
    if (!run)
        return std::unexpected(errorResult(run.error().text));
    if (!(*run)->isFinished())
        link.services.runs.stop(**run, RunEnd::Stopped);
    return FollowPlan{.run = *run, .whenNobody = WhenNobodyCanAnswer::KeepWaiting, .onCancel = OnCancel::LeaveRun};
}

} // namespace exeat::mcp
