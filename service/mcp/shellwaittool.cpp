#include "service/mcp/shellwaittool.h"

#include "service/mcp/arguments.h"

namespace exeat::mcp {

Result<Run*> findRun(AgentLink& link, const Json& arguments) {
    const auto handle = textArgument(arguments, "run", "", 128);
    if (!handle)
        return std::unexpected(handle.error());
    if (handle->empty())
        return fail(ErrorKind::Invalid, "The argument \"run\" is needed: the run from an earlier answer.");
    Run* run = link.services.runs.find(link.session, {*handle});
    if (run == nullptr)
        return fail(ErrorKind::Missing, "There is no such run of this agent: the handle is wrong, or the run ended and "
                                        "its result was not fetched in time (it is kept for 5 minutes, and less when "
                                        "many or large newer results need the room). Start the command again if it is "
                                        "needed.");
    return run;
}

std::expected<FollowPlan, ToolReply> planShellWait(AgentLink& link, const Json& arguments) {
    const auto run = findRun(link, arguments);
    if (!run)
        return std::unexpected(errorResult(run.error().text));
    const auto patience = yieldArgument(arguments);
    if (!patience)
        return std::unexpected(errorResult(patience.error().text));
    return FollowPlan{.run = *run,
                      .patience = *patience,
                      .whenNobody = WhenNobodyCanAnswer::KeepWaiting,
                      .onCancel = OnCancel::LeaveRun};
}

} // namespace exeat::mcp
