#include "service/cli/rulesview.h"

#include "rules/explanation.h"
#include "rules/policy.h"
#include "rules/ruletext.h"
#include "service/cli/words.h"
#include "shared/base/text.h"

#include <algorithm>

namespace exeat {
namespace {

constexpr std::size_t shownPath = 1024;
constexpr std::size_t shownText = 4096;

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string lineOf(int line) {
    const std::string number = std::to_string(line);
    return std::string(number.size() < 6 ? 6 - number.size() : 0, ' ') + number + "  ";
}

std::string indented(const std::string& text) {
    std::string result;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        result += "        " + visible(text.substr(at, end - at), shownText) + "\n";
        at = end + 1;
    }
    return result;
}

std::string ruleLine(const ListedRule& listed) {
    const PrefixRule& rule = listed.rule;
    std::string text = lineOf(rule.line) + padded(word(rule.decision), 11) + rules::shortPattern(rule.pattern);
    if (rule.exact)
        text += "  (exactly)";
    for (const auto& exception : rule.unless)
        text += "  unless " + rules::shortPattern(exception);
    if (!rule.passEnvironment.empty())
        text += "  (with the variables " + rules::namesText(rule.passEnvironment) + ")";
    if (rule.sandbox != RuleSandbox::None)
        text += "  (in a sandbox: " + word(rule.sandbox) + ")";
    if (rule.answersPrompts)
        text += rule.layer == Layer::User ? "  (answers prompts)" : "  (answers no prompts from here)";
    if (rule.confirmedOnly)
        text += "  (confirmed files only)";
    if (!rule.justification.empty())
        text += "  # " + visible(rule.justification, 512);
    if (rule.decision == RuleDecision::Allow && !rule.loosens)
        text += "  [lets nothing out from here]";
    if (listed.removed)
        text += "  [no longer in the file; holds until a person accepts that]";
    return text + "\n";
}

std::string fileText(const ListedFile& file) {
    std::string text = "  " + visible(file.path, shownPath) + "\n";
    if (file.state == RulesFileState::Broken)
        text += "      BROKEN; nothing of it holds, and every allow is asked until it is mended:\n";
    else if (file.state == RulesFileState::LastGood)
        text += "      BROKEN; its last good version holds:\n";
    text += indented(file.problem);
    for (const ListedRule& rule : file.rules)
        text += ruleLine(rule);
    for (const HostExecutable& host : file.hosts) {
        text += lineOf(host.line) + padded("program", 11) + visible(host.name, 128) + " is";
        for (const std::string& path : host.paths)
            text += " " + visible(path, shownPath);
        text += host.paths.empty() ? " no file\n" : "\n";
    }
    for (const NetworkRule& rule : file.network)
        text += lineOf(rule.line) + padded("network", 11) + word(rule.decision) + " " + word(rule.protocol) + " " +
                visible(rule.host, 256) + "  [kept, shown, not yet enforced]\n";
    if (file.leftOut > 0)
        text += "      and " + std::to_string(file.leftOut) + " more\n";
    return text;
}

std::string programText(const ExplainedCommand& command) {
    if (command.search != ProgramSearch::Found)
        return {};
    std::string text = "  program   " + visible(command.file, shownPath);
    if (command.realPath != command.file)
        text += " → " + visible(command.realPath, shownPath);
    switch (command.origin) {
    case FileOrigin::Unplantable:
        return text + " (the system's)\n";
    case FileOrigin::UserOwned:
        return text + " (yours: its name alone lets nothing out)\n";
    case FileOrigin::AgentWritable:
        break;
    }
    return text + " (an agent could have written it)\n";
}

std::string trialText(const RuleTrial& trial) {
    std::string text = "  " + visible(trial.file, shownPath);
    if (trial.line > 0)
        text += ":" + std::to_string(trial.line);
    text += " " + word(trial.decision) + ": ";
    if (trial.outcome == TrialOutcome::NotMatched)
        text += "does not match (" + rules::shortPattern(trial.pattern, 256) + "): ";
    return text + visible(trial.why, shownText) + "\n";
}

std::string commandText(const ExplainedCommand& command) {
    std::string text = visibleCommand(command.argv, shownText) + "\n" + programText(command);
    for (const RuleTrial& trial : command.trials)
        text += trialText(trial);
    if (command.leftOut > 0)
        text += "  and " + std::to_string(command.leftOut) + " more rules\n";
    if (command.trials.empty() && command.search != ProgramSearch::ShellBuiltin)
        text += "  no rule has to do with this program\n";
    text += "  verdict   " + word(command.verdict) + ": " + visible(command.reason, shownText) + "\n";
    text += "  so        " + visible(command.consequence, shownText) + "\n";
    for (const std::string& note : command.notes)
        text += "  note      " + visible(note, shownText) + "\n";
    return text;
}

std::string findingText(const RulesFinding& finding) {
    std::string text = visible(finding.file, shownPath);
    if (finding.line > 0)
        text += ":" + std::to_string(finding.line);
    if (finding.column > 0)
        text += ":" + std::to_string(finding.column);
    text +=
        ": " + word(finding.severity) + ": " + visible(finding.message, shownText) + " [" + word(finding.kind) + "]\n";
    if (!finding.excerpt.empty())
        text += rules::underlined(finding.excerpt, finding.column - finding.excerptColumn);
    return text;
}

} // namespace

std::string listingText(const wire::RulesListing& listing) {
    std::string text;
    for (const ListedFolder& folder : listing.folders) {
        if (folder.files.empty() && folder.problem.empty())
            continue;
        text += word(folder.layer) + ": " + visible(folder.path, shownPath) + "\n" + indented(folder.problem);
        for (const ListedFile& file : folder.files)
            text += fileText(file);
    }
    if (!listing.brokenNote.empty())
        text += "Whatever is allowed is asked meanwhile, because of:\n" + indented(listing.brokenNote);
    return text.empty() ? "No rules.\n" : text;
}

std::string explanationText(const wire::Explanation& explanation) {
    std::string text;
    for (const ExplainedCommand& command : explanation.commands)
        text += (text.empty() ? "" : "\n") + commandText(command);
    return text;
}

std::string findingsText(const wire::RulesFindings& findings) {
    std::string text;
    std::string hints;
    for (const RulesFinding& finding : findings.findings)
        (finding.severity == Severity::Hint ? hints : text) += findingText(finding);
    text += hints;
    if (findings.leftOut > 0)
        text += "and " + std::to_string(findings.leftOut) + " more\n";
    if (text.empty())
        text = std::to_string(findings.rules) + " rules, nothing to mend.\n";
    return text;
}

std::string planText(const wire::RulesEditPlan& plan) {
    std::string text = visible(plan.file, shownPath) + "\n";
    for (const std::string& line : plan.removedLines)
        text += "- " + visible(line, shownText) + "\n";
    for (const std::string& line : plan.addedLines)
        text += "+ " + visible(line, shownText) + "\n";
    return text;
}

} // namespace exeat
