#include "rules/builtins/declarations.h"
#include "rules/matching.h"
#include "shared/base/text.h"

namespace exeat::rules {
namespace {

constexpr std::size_t shownExamples = 5;

bool matchesOwnRule(const DeclaredRule& declared, std::span<const HostExecutable> hosts, const Example& example) {
    // A file means the same for everybody who reads it, wherever they are: any folder will do.
    const LookupPlaces anywhere{"/", "/"};
    return !codexLookup(std::span(&declared.rule, 1), hosts, example.words, anywhere).empty();
}

} // namespace

std::optional<Fault> checkExamples(const DeclaredRule& declared, std::span<const HostExecutable> hosts) {
    const std::string rule = "the rule of line " + std::to_string(declared.rule.line);
    for (const auto& example : declared.notMatch) {
        if (matchesOwnRule(declared, hosts, example))
            return Fault{example.at,
                         "this example should not match " + rule +
                             ", but it does: " + visibleCommand(example.words, 256),
                         {}};
    }
    std::string failed;
    std::size_t failures = 0;
    Position first;
    for (const auto& example : declared.match) {
        if (matchesOwnRule(declared, hosts, example))
            continue;
        if (++failures == 1)
            first = example.at;
        if (failures <= shownExamples)
            failed += (failed.empty() ? "" : "; ") + visibleCommand(example.words, 256);
    }
    if (failures == 0)
        return std::nullopt;
    if (failures > shownExamples)
        failed += "; and " + std::to_string(failures - shownExamples) + " more";
    return Fault{first, "these examples should match " + rule + ", but do not: " + failed, {}};
}

} // namespace exeat::rules
