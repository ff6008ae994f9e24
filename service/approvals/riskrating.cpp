#include "service/approvals/riskrating.h"

#include "rules/risktable.h"
#include "shared/base/paths.h"
#include "shared/base/text.h"

#include <algorithm>

namespace exeat {
namespace {

using rules::RiskLevel;
using rules::RiskRow;
using rules::RiskWhen;

std::vector<std::string_view> namesOf(const Command& command) {
    std::vector<std::string_view> names(command.names.begin(), command.names.end());
    names.push_back(baseName(command.file));
    names.push_back(baseName(command.realPath));
    if (!command.argv.empty())
        names.push_back(baseName(command.argv.front()));
    return names;
}

bool argumentsFit(const RiskRow& row, const std::vector<std::string>& argv) {
    const auto begin = argv.begin() + (argv.empty() ? 0 : 1);
    const auto isListed = [&](const std::string& word) {
        return std::ranges::any_of(row.words, [&](std::string_view listed) { return word == listed; });
    };
    const auto startsListed = [&](const std::string& word) {
        return std::ranges::any_of(row.words, [&](std::string_view listed) { return word.starts_with(listed); });
    };
    switch (row.when) {
    case RiskWhen::Always:
        return true;
    case RiskWhen::AnyStartsWith:
        return std::any_of(begin, argv.end(), startsListed);
    case RiskWhen::AnyIs:
        // An option's value may stand before a sub-command (git -C dir bisect), so any place counts: a warning too
        // many is the right side to err on.
        return std::any_of(begin, argv.end(), isListed);
    }
    return true;
}

const std::string& fileOf(const Command& command) {
    return command.realPath.empty() ? command.file : command.realPath;
}

void addWarning(Approval& approval, std::string text) {
    if (std::ranges::find(approval.warnings, text) == approval.warnings.end())
        approval.warnings.push_back(std::move(text));
}

/** What the program is matters less where it cannot get out. */
void rateSandboxed(Approval& approval) {
    if (approval.judgement.sandbox != RuleSandbox::Network)
        return;
    addWarning(approval, "with the network on, anything the program can read can be sent anywhere");
    if (approval.command.origin == FileOrigin::AgentWritable)
        addWarning(approval, "an agent could have written this file itself, and would have the network by it: " +
                                 visible(fileOf(approval.command), 512));
}

/** It goes on inside, so what the sandbox lets it reach is the risk. */
void rateDanger(Approval& approval) {
    switch (approval.mode) {
    case SandboxMode::FullAccess:
        approval.equalsNoSandbox = true;
        addWarning(approval, "equals no sandbox: this call has none, so the command reaches all that you reach");
        break;
    case SandboxMode::WorkspaceWrite:
        for (const std::string& root : approval.extraWritableRoots)
            addWarning(approval, "the sandbox lets it change and delete everything below " + visible(root, 512));
        break;
    case SandboxMode::ReadOnly:
        addWarning(approval, "the sandbox lets it write nothing");
        break;
    }
    if (approval.network == NetworkAccess::On)
        addWarning(approval, "the network is on for it");
    for (const Danger& danger : approval.judgement.dangers) {
        if (danger.host.empty())
            continue;
        approval.equalsNoSandbox = true;
        addWarning(approval, "equals no sandbox: none holds it on the other machine, " + visible(danger.host, 256));
    }
}

void rateExec(Approval& approval) {
    if (approval.judgement.sandbox != RuleSandbox::None)
        return rateSandboxed(approval);
    const Command& command = approval.command;
    const auto names = namesOf(command);
    for (const RiskRow& row : rules::riskTable()) {
        const auto name = std::ranges::find_if(names, [&](std::string_view n) { return rules::isNamed(row, n); });
        if (name == names.end() || !argumentsFit(row, command.argv))
            continue;
        const bool equals = row.level == RiskLevel::EqualsNoSandbox;
        approval.equalsNoSandbox |= equals;
        addWarning(approval, (equals ? "equals no sandbox: " : "") + visible(*name, 64) + " " + std::string(row.text));
    }
    if (command.origin == FileOrigin::AgentWritable) {
        approval.equalsNoSandbox = true;
        addWarning(approval,
                   "equals no sandbox: an agent could have written this file itself: " + visible(fileOf(command), 512));
    }
    if (command.setUid)
        addWarning(approval, "this program runs with the rights of its owner, not with yours");
}

void rateWiderSandbox(Approval& approval) {
    if (approval.mode == SandboxMode::FullAccess) {
        approval.equalsNoSandbox = true;
        addWarning(approval, "equals no sandbox: the whole command would run with all your rights");
    }
    if (approval.network == NetworkAccess::On)
        addWarning(approval, "with the network on, anything the command can read can be sent anywhere");
    for (const std::string& root : approval.extraWritableRoots)
        addWarning(approval, "the command could change everything below " + visible(root, 512));
    if (approval.equalsNoSandbox && approval.mode != SandboxMode::FullAccess)
        addWarning(approval, "equals no sandbox: programs outside take their code or settings from there");
    if (!approval.shell.empty())
        addWarning(approval, "the agent's client chose the shell that runs it: " + visible(approval.shell, 512));
}

} // namespace

void rateRisk(Approval& approval) {
    switch (approval.kind) {
    case ApprovalKind::Exec:
        return approval.isHeuristic() ? rateDanger(approval) : rateExec(approval);
    case ApprovalKind::WiderSandbox:
        return rateWiderSandbox(approval);
    }
}

} // namespace exeat
