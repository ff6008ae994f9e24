#include "service/cli/lastingview.h"

#include "shared/base/paths.h"
#include "shared/base/text.h"
#include "shared/domain/lastinganswer.h"

#include <algorithm>
#include <ranges>

namespace exeat {
namespace {

constexpr std::size_t shownPath = 1024;

/** The user's own rule of exactly the words that were asked about. */
bool isItsRule(const PrefixRule& rule, const Command& command) {
    if (rule.decision != RuleDecision::Allow || !rule.exact || rule.pattern.size() != command.argv.size())
        return false;
    for (std::size_t i = 0; i < rule.pattern.size(); ++i) {
        if (rule.pattern[i].anyOf.size() != 1)
            return false;
        const std::string& word = rule.pattern[i].anyOf.front();
        const bool fits =
            i > 0 ? word == command.argv[i]
                  : word == command.realPath || word == baseName(command.realPath) || word == baseName(command.file);
        if (!fits)
            return false;
    }
    return true;
}

/** The last of them: a new rule comes at the end. */
const PrefixRule* ruleOf(const Approval& approval, const wire::RulesListing& listing) {
    const PrefixRule* found = nullptr;
    const bool answers = !promptsThatAsk(approval.judgement).empty();
    for (const ListedFolder& folder : listing.folders) {
        if (folder.layer != Layer::User)
            continue;
        for (const ListedFile& file : folder.files) {
            for (const ListedRule& listed : file.rules) {
                if (!listed.removed && isItsRule(listed.rule, approval.command) &&
                    (listed.rule.answersPrompts || !answers))
                    found = &listed.rule;
            }
        }
    }
    return found;
}

std::string promptsText(const std::vector<TraceStep>& prompts) {
    std::string text;
    for (const TraceStep& prompt : prompts)
        text += "  " + visible(prompt.file, shownPath) + ":" + std::to_string(prompt.line) +
                (prompt.justification.empty() ? "" : "  # " + visible(prompt.justification, 512)) + "\n";
    return text;
}

std::string namesText(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + visible(name, 512);
    return text;
}

std::string variablesText(const Approval& approval) {
    const auto names = shownVariables(approval.command, approval.judgement);
    return names.empty()
               ? std::string()
               : "These variables then go along, too, as the agent has set them at that time: " + namesText(names) +
                     "\n";
}

} // namespace

bool writesAllowRule(const Approval& approval, AnswerKind kind) {
    return kind == AnswerKind::AllowAlways && approval.kind == ApprovalKind::Exec && !approval.judgement.confirmsFile;
}

std::string lastingPromise(const Approval& approval) {
    std::string text = "Always: a rule for exactly these words goes into your own rules, in every folder and for every "
                       "agent.\n";
    if (const auto prompts = promptsThatAsk(approval.judgement); !prompts.empty())
        text += "For these words, these rules no longer ask:\n" + promptsText(prompts);
    text += variablesText(approval);
    if (approval.judgement.sandbox != RuleSandbox::None)
        text += "It then runs " + std::string(placeOf(approval.judgement.sandbox)) + ".\n";
    if (approval.command.origin == FileOrigin::UserOwned)
        text += "It counts as long as " + visible(approval.command.realPath, shownPath) +
                " keeps its content. That content is confirmed by this: every rule that allows a program named " +
                visible(baseName(approval.command.realPath), shownPath) +
                " then lets this file run, not for these words only.\n";
    return text;
}

std::string grantPromise(const Approval& approval, AnswerKind kind) {
    const bool isGrant = kind == AnswerKind::AllowSession || kind == AnswerKind::AllowFor;
    return isGrant && approval.kind == ApprovalKind::Exec && approval.judgement.dangers.empty()
               ? variablesText(approval)
               : std::string();
}

std::string lastingResult(const Approval& approval, const wire::RulesListing& listing) {
    const PrefixRule* rule = ruleOf(approval, listing);
    if (rule == nullptr)
        return "Allowed, but for this time only: no rule could be written. `exeat history` says why, and `exeat "
               "doctor` what is wrong with rules files.\n";
    const std::string place = rule->file + ":" + std::to_string(rule->line);
    std::string text = "Allowed, and from now on without a question, by the rule " + visible(place, shownPath) +
                       "\nTo be asked again: exeat rules remove " + visibleCommand({place}, shownPath) + "\n";
    if (approval.command.origin == FileOrigin::UserOwned)
        text += "The file stays confirmed until: exeat trust revoke " +
                visibleCommand({approval.command.realPath}, shownPath) + "\n";
    return text;
}

} // namespace exeat
