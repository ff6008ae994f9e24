#include "service/mcp/approvalform.h"

#include "shared/base/text.h"

#include <algorithm>
#include <string_view>

namespace exeat::mcp {
namespace {

constexpr auto allowOnce = "allow once";
constexpr auto deny = "deny";
constexpr auto elsewhere = "ask me on the desktop";
constexpr std::size_t shownText = 2000;
constexpr std::size_t shownPath = 500;

/** Spaces would move what follows to the start of a line of the client's window, where it looks like ours. */
std::string shown(std::string_view bytes, std::size_t most) {
    constexpr std::size_t longest = 4;
    const std::string text = visible(bytes, most);
    std::string narrow;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = std::min(text.find_first_not_of(' ', i), text.size());
        if (end - i > longest)
            narrow += "[" + std::to_string(end - i) + " spaces]";
        else
            narrow.append(text, i, std::max<std::size_t>(end - i, 1));
        i = std::max(end, i + 1);
    }
    return narrow;
}

std::string shownCommand(const std::vector<std::string>& argv) {
    return shown(visibleCommand(argv, shownText), shownText);
}

bool isWhole(const std::string& text, std::size_t most) {
    return text.size() <= most && visible(text, 2 * most).size() <= most;
}

bool isWhole(const std::vector<std::string>& argv) {
    std::size_t bytes = 0;
    for (const std::string& word : argv)
        bytes += word.size();
    return bytes <= shownText && visibleCommand(argv, 2 * shownText).size() <= shownText;
}

std::string chainText(const Command& command) {
    std::string text;
    for (const ChainLink& link : command.chain)
        text += shown(link.program, 200) + " → ";
    return text + shown(command.realPath, shownPath);
}

std::string dangerText(const Approval& approval) {
    std::string text = approval.mode == SandboxMode::FullAccess
                           ? "Run this command, which is on Exeat's danger list, without a sandbox?"
                           : "Run this command, which is on Exeat's danger list, inside the sandbox?";
    for (const Danger& danger : approval.judgement.dangers)
        text += "\n\n  " + shownCommand(danger.command) + "\n  It " + danger.what + '.' +
                (danger.host.empty() ? std::string() : " On the machine " + shown(danger.host, 256) + '.');
    return text + "\n\nStarted as: " + shownCommand(approval.command.argv) +
           "\nFolder: " + shown(approval.command.workdir, shownPath);
}

std::string execText(const Approval& approval) {
    const Command& command = approval.command;
    std::string text = "Run this program " + std::string(placeOf(approval.judgement.sandbox)) + ", once?\n\n  " +
                       shownCommand(command.argv) + "\n\nFile: " + shown(command.file, shownPath) +
                       "\nFolder: " + shown(command.workdir, shownPath) + "\nStarted by: " + chainText(command);
    for (const std::string& entry : passedEnvironment(approval))
        text += "\nWith the agent's variable: " + shown(entry, shownText);
    if (command.origin == FileOrigin::AgentWritable)
        text += "\nCareful: an agent could have written this file.";
    return text;
}

std::string widerText(const Approval& approval) {
    std::string text = "Give this one call a wider sandbox?\n\n  " + shown(approval.script, shownText) +
                       "\n\nFolder: " + shown(approval.command.workdir, shownPath) + "\nIt may ";
    switch (approval.mode) {
    case SandboxMode::ReadOnly:
        text += "write nothing";
        break;
    case SandboxMode::WorkspaceWrite:
        text += "write to its project";
        break;
    case SandboxMode::FullAccess:
        text += "do everything you may do: no sandbox at all";
        break;
    }
    for (const std::string& root : approval.extraWritableRoots)
        text += ", write to " + shown(root, shownPath);
    return text + (approval.network == NetworkAccess::On ? ", use the network." : ", not use the network.");
}

std::string messageText(const Approval& approval) {
    std::string text = approval.isHeuristic()                ? dangerText(approval)
                       : approval.kind == ApprovalKind::Exec ? execText(approval)
                                                             : widerText(approval);
    if (!approval.judgement.reason.empty())
        text += "\nWhy you are asked: " + shown(approval.judgement.reason, shownText);
    if (!approval.agentJustification.empty())
        text += "\nThe agent says: " + shown(approval.agentJustification, shownText);
    for (const std::string& warning : approval.warnings)
        text += "\nCareful: " + shown(warning, shownText);
    if (!isShownWhole(approval))
        text += "\nCareful: this is too long to be shown here; `exeat approvals watch` shows all of it.";
    return text;
}

} // namespace

bool isShownWhole(const Approval& approval) {
    const Command& command = approval.command;
    const auto isPath = [](const std::string& path) { return isWhole(path, shownPath); };
    if (!isPath(command.workdir) || !isPath(command.file))
        return false;
    if (approval.kind == ApprovalKind::WiderSandbox)
        return isWhole(approval.script, shownText) && std::ranges::all_of(approval.extraWritableRoots, isPath);
    const auto passed = passedEnvironment(approval);
    return isWhole(command.argv) &&
           std::ranges::all_of(passed, [](const std::string& entry) { return isWhole(entry, shownText); }) &&
           std::ranges::all_of(approval.judgement.dangers,
                               [](const Danger& danger) { return isWhole(danger.command); });
}

Json approvalForm(const Approval& approval, FormReach reach, Revision revision) {
    const Json choices =
        reach == FormReach::OnceOrDeny ? Json::array({allowOnce, deny}) : Json::array({deny, elsewhere});
    const Json decision{{"type", "string"}, {"title", "Decision"}, {"enum", choices}};
    Json params{
        {"message", messageText(approval)},
        {"requestedSchema",
         {{"type", "object"}, {"properties", {{"decision", decision}}}, {"required", Json::array({"decision"})}}}};
    // `mode` came with 2025-11-25; strict clients of 2025-06-18 do not know it.
    if (revision >= Revision::R2025_11_25)
        params["mode"] = "form";
    return params;
}

FormAnswer readFormAnswer(const Json& result, FormReach reach) {
    const auto action = stringMember(result, "action");
    if (action == "decline")
        return FormAnswer::Deny;
    const Json* content = objectMember(result, "content");
    if (action != "accept" || content == nullptr)
        return FormAnswer::Unanswered;
    const auto decision = stringMember(*content, "decision");
    if (decision == deny)
        return FormAnswer::Deny;
    if (decision == allowOnce && reach == FormReach::OnceOrDeny)
        return FormAnswer::AllowOnce;
    if (decision == elsewhere && reach == FormReach::DenyOnly)
        return FormAnswer::LeaveOpen;
    return FormAnswer::Unanswered;
}

} // namespace exeat::mcp
