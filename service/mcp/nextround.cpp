#include "service/mcp/nextround.h"

#include "service/mcp/arguments.h"
#include "shared/base/limits.h"

namespace exeat::mcp {
namespace {

std::unexpected<RpcError> badParams(std::string text) {
    return std::unexpected(RpcError{RpcCode::InvalidParams, std::move(text), nullptr});
}

/** Only what this round showed; other keys are ignored, missing ones are asked again. */
void takeResponses(AgentLink& link, const RequestState& state, const Json& responses, const CallContext& context) {
    for (const auto& [id, contentHash] : state.asked) {
        const Json* response = member(responses, ("approval-" + std::to_string(id.value)).c_str());
        if (response != nullptr)
            link.answers.take(id, contentHash, *response, context.client, CallPresence::Waiting);
    }
}

} // namespace

std::expected<FollowPlan, RpcError> planNextRound(AgentLink& link, const Json& params, const std::string& callDigest,
                                                  const CallContext& context) {
    const auto sealed = stringMember(params, "requestState");
    if (!sealed)
        return badParams("\"requestState\" must be a string");
    const Json* responses = member(params, "inputResponses");
    if (responses != nullptr && !responses->is_object())
        return badParams("\"inputResponses\" must be an object");
    const auto state = link.services.sealer.open(*sealed, {link.session, callDigest}, RequestStateSealer::Clock::now());
    if (!state)
        return badParams(state.error().text);
    Run* run = link.services.runs.find(link.session, state->run);
    if (run == nullptr)
        return badParams("the run of this requestState is gone; send the call again without it");
    if (responses != nullptr)
        takeResponses(link, *state, *responses, context);
    const Json* arguments = objectMember(params, "arguments");
    const auto patience = yieldArgument(arguments != nullptr ? *arguments : Json::object());
    const bool isShell = stringMember(params, "name") == "shell";
    return FollowPlan{.run = run,
                      .patience = patience.value_or(limits::clientCall),
                      .whenNobody = isShell ? WhenNobodyCanAnswer::HandBack : WhenNobodyCanAnswer::KeepWaiting,
                      .onCancel = isShell ? OnCancel::StopRun : OnCancel::LeaveRun,
                      .round = state->round,
                      .callDigest = callDigest};
}

} // namespace exeat::mcp
