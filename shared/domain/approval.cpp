#include "shared/domain/approval.h"

#include <algorithm>

namespace exeat {

bool Approval::onlyRepositoryAsks() const {
    const auto counted = [](const TraceStep& step) { return step.counted; };
    const auto ofOthers = [](const TraceStep& step) { return step.counted && step.layer != Layer::Project; };
    return std::ranges::any_of(judgement.trace, counted) && std::ranges::none_of(judgement.trace, ofOthers);
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
