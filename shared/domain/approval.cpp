#include "shared/domain/approval.h"

#include <algorithm>

namespace exeat {
namespace {

/**
 * Without a repository's rules nobody would be asked, and nothing would get out. An agent writes such rules, and they
 * ask at once: so it must not be the one who answers.
 */
bool onlyRepositoryAsks(const Judgement& judgement) {
    const auto counted = [](const TraceStep& step) { return step.counted; };
    const auto ofOthers = [](const TraceStep& step) { return step.counted && step.layer != Layer::Project; };
    return std::ranges::any_of(judgement.trace, counted) && std::ranges::none_of(judgement.trace, ofOthers);
}

} // namespace

std::string whyNotByClient(const Approval& approval) {
    if (approval.equalsNoSandbox)
        return "this would equal having no sandbox, so the agent's client may not allow it; a person answers with "
               "`exeat approvals`";
    // In a folder that it names itself other repositories lie, with hooks and settings that programs outside follow.
    if (approval.kind == ApprovalKind::WiderSandbox && !approval.extraWritableRoots.empty())
        return "this gives the agent a folder that your settings do not, so its client may not allow it; a person "
               "answers with `exeat approvals`";
    if (onlyRepositoryAsks(approval.judgement))
        return "only the rules of this repository ask, which an agent can write, so its client may not allow it; a "
               "person answers with `exeat approvals`";
    return {};
}

std::vector<std::string> passedEnvironment(const Approval& approval) {
    std::vector<std::string> passed;
    const auto& names = approval.judgement.passEnvironment;
    for (const std::string& entry : approval.command.environment) {
        if (std::ranges::find(names, entry.substr(0, entry.find('='))) != names.end())
            passed.push_back(entry);
    }
    return passed;
}

} // namespace exeat
