#include "shared/domain/approval.h"

#include <algorithm>

namespace exeat {

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
