#include "shared/domain/lastinganswer.h"

#include "shared/base/text.h"

#include <algorithm>
#include <iterator>

namespace exeat {
namespace {

constexpr std::size_t shownPath = 512;

const TraceStep* strictestCounted(const Judgement& judgement) {
    const TraceStep* found = nullptr;
    for (const auto& step : judgement.trace) {
        if (step.counted && (found == nullptr || step.decision >= found->decision))
            found = &step;
    }
    return found;
}

/** The prompt that no rule of the user's answers; nothing if there is none. */
const TraceStep* administratorsPrompt(const Judgement& judgement) {
    const auto found = std::ranges::find_if(judgement.trace, [](const TraceStep& step) {
        return step.counted && step.decision == RuleDecision::Prompt && isAdministrators(step.layer);
    });
    return found == judgement.trace.end() ? nullptr : &*found;
}

/** The danger list is no rule: there is none to change, and one that allows would let the command out. */
std::string whyNotLastingDanger(const Approval& approval, AnswerKind kind) {
    const std::vector<Danger>& dangers = approval.judgement.dangers;
    if (kind == AnswerKind::AllowAlways)
        return "the danger list asks about this, and a rule that allows it would let it run outside the sandbox, which "
               "this answer does not; answer for once, for a time or for this session, or switch \"" +
               dangers.front().id + "\" off under [heuristics] in config.toml";
    const bool itself = dangers.size() == 1 && dangers.front().command == approval.command.argv;
    if (kind == AnswerKind::DenyAlways && !itself)
        return "another program starts it, and a rule would speak of that one; deny it for once, or write a rule for "
               "what is dangerous here";
    return {};
}

} // namespace

std::string whyNoAllowRule(const Command& command, const Judgement& judgement) {
    if (command.origin == FileOrigin::AgentWritable)
        return "an agent could write " + visible(command.file, shownPath) +
               ", so it cannot be allowed for always; answer for once";
    const TraceStep* step = strictestCounted(judgement);
    if (step == nullptr)
        return {};
    if (step->decision == RuleDecision::Allow)
        return "a rule allows this already and another one would change nothing; mend what makes Exeat ask (" +
               visible(judgement.reason, shownPath) + "), and answer for once";
    if (const TraceStep* prompt = administratorsPrompt(judgement))
        return "the rule " + visible(prompt->file, shownPath) + ":" + std::to_string(prompt->line) +
               " asks about this command, and it is this machine's administrator's: no rule of yours answers it for "
               "good; answer for this session (--session), for a time (--for) or for once";
    return {};
}

std::vector<std::string> shownVariables(const Command& command, const Judgement& judgement) {
    std::vector<std::string> names;
    std::ranges::copy_if(judgement.passEnvironment, std::back_inserter(names), [&](const std::string& name) {
        return std::ranges::any_of(command.environment,
                                   [&](const std::string& entry) { return entry.starts_with(name + '='); });
    });
    return names;
}

std::vector<TraceStep> promptsThatAsk(const Judgement& judgement) {
    std::vector<TraceStep> prompts;
    std::ranges::copy_if(judgement.trace, std::back_inserter(prompts),
                         [](const TraceStep& step) { return step.counted && step.decision == RuleDecision::Prompt; });
    return prompts;
}

std::string whyNotLasting(const Approval& approval, AnswerKind kind) {
    if (kind == AnswerKind::Deny || kind == AnswerKind::AllowOnce)
        return {};
    if (approval.kind == ApprovalKind::WiderSandbox)
        return "a wider sandbox is a matter of one call, so no answer lasts longer; allow or deny it for once";
    if (!approval.judgement.dangers.empty())
        return whyNotLastingDanger(approval, kind);
    return kind == AnswerKind::AllowAlways ? whyNoAllowRule(approval.command, approval.judgement) : std::string();
}

} // namespace exeat
