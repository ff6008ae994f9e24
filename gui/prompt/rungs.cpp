#include "gui/prompt/rungs.h"

#include "shared/base/paths.h"
#include "shared/domain/lastinganswer.h"

#include <algorithm>

namespace exeat {
namespace {

/** Longer ones differ from each other in nothing that a person would weigh. */
constexpr std::size_t mostWords = 6;

bool matches(const std::vector<PatternToken>& pattern, const std::vector<std::string>& argv) {
    if (argv.size() < pattern.size() || baseName(argv.front()) != pattern.front().anyOf.front())
        return false;
    return std::equal(pattern.begin() + 1, pattern.end(), argv.begin() + 1,
                      [](const PatternToken& token, const std::string& word) { return token.anyOf.front() == word; });
}

} // namespace

std::vector<Rung> widerRungs(const Approval& approval) {
    const Command& command = approval.command;
    if (approval.kind != ApprovalKind::Exec || command.argv.empty() || command.origin != FileOrigin::Unplantable ||
        !whyNotLasting(approval, AnswerKind::AllowAlways).empty())
        return {};
    // A program that acts by the name it is called by is not allowed under another one.
    const std::string name(baseName(command.argv.front()));
    if (std::ranges::find(command.names, name) == command.names.end())
        return {};
    std::vector<Rung> rungs;
    for (std::size_t words = std::min(command.argv.size() - 1, mostWords); words > 0; --words) {
        Rung rung;
        rung.words = words;
        rung.rule.layer = Layer::User;
        rung.rule.decision = RuleDecision::Allow;
        rung.rule.sandbox = approval.judgement.sandbox;
        rung.rule.passEnvironment = shownVariables(command, approval.judgement);
        rung.rule.answersPrompts = !promptsThatAsk(approval.judgement).empty();
        rung.rule.pattern.push_back({{name}});
        for (std::size_t i = 1; i < words; ++i)
            rung.rule.pattern.push_back({{command.argv[i]}});
        rungs.push_back(std::move(rung));
    }
    return rungs;
}

std::size_t coveredBy(const Rung& rung, const std::vector<std::vector<std::string>>& argvs) {
    return static_cast<std::size_t>(std::ranges::count_if(
        argvs, [&](const auto& argv) { return !argv.empty() && matches(rung.rule.pattern, argv); }));
}

} // namespace exeat
