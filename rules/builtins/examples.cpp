#include "rules/builtins/declarations.h"
#include "rules/matching.h"
#include "shared/base/text.h"

namespace exeat::rules {
namespace {

constexpr std::size_t shownExamples = 5;

bool matches(const PrefixRule& rule, std::span<const HostExecutable> hosts, const Example& example) {
    // A file means the same for everybody who reads it, wherever they are: any folder will do.
    const LookupPlaces anywhere{"/", "/"};
    return !codexLookup(std::span(&rule, 1), hosts, example.words, anywhere).empty();
}

} // namespace

std::optional<Fault> checkExamples(const PrefixRule& rule, const Examples& examples,
                                   std::span<const HostExecutable> hosts) {
    const auto named = [&] { return "the rule of line " + std::to_string(rule.line); };
    for (const auto& example : examples.notMatch) {
        if (matches(rule, hosts, example))
            return Fault{example.at,
                         "this example should not match " + named() +
                             ", but it does: " + visibleCommand(example.words, 256),
                         {}};
    }
    std::string failed;
    std::size_t failures = 0;
    Position first;
    for (const auto& example : examples.match) {
        if (matches(rule, hosts, example))
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
    return Fault{first, "these examples should match " + named() + ", but do not: " + failed, {}};
}

} // namespace exeat::rules
