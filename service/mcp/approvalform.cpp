#include "service/mcp/approvalform.h"

#include "shared/base/text.h"

namespace exeat::mcp {
namespace {

constexpr auto allowOnce = "allow once";
constexpr auto deny = "deny";
constexpr auto elsewhere = "ask me on the desktop";
constexpr std::size_t shownText = 2000;

std::string chainText(const Command& command) {
    std::string text;
    for (const ChainLink& link : command.chain)
        text += visible(link.program, 200) + " → ";
    return text + visible(command.realPath, 500);
}

std::string dangerText(const Approval& approval) {
    std::string text = approval.mode == SandboxMode::FullAccess
                           ? "Run this command, which is on Exeat's danger list, without a sandbox?"
                           : "Run this command, which is on Exeat's danger list, inside the sandbox?";
    for (const Danger& danger : approval.judgement.dangers)
        text += "\n\n  " + visibleCommand(danger.command, shownText) + "\n  It " + danger.what + '.' +
                (danger.host.empty() ? std::string() : " On the machine " + visible(danger.host, 256) + '.');
    return text + "\n\nStarted as: " + visibleCommand(approval.command.argv, shownText) +
           "\nFolder: " + visible(approval.command.workdir, 500);
}

std::string execText(const Command& command) {
    std::string text = "Run this program outside the sandbox, once?\n\n  " + visibleCommand(command.argv, shownText) +
                       "\n\nFile: " + visible(command.file, 500) + "\nFolder: " + visible(command.workdir, 500) +
                       "\nStarted by: " + chainText(command);
    if (command.origin == FileOrigin::AgentWritable)
        text += "\nCareful: an agent could have written this file.";
    return text;
}

std::string widerText(const Approval& approval) {
    std::string text =
        "Give this one call a wider sandbox?\n\n  " + visible(approval.script, shownText) + "\n\nIt may ";
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
        text += ", write to " + visible(root, 500);
    return text + (approval.network == NetworkAccess::On ? ", use the network." : ", not use the network.");
}

std::string messageText(const Approval& approval) {
    std::string text = approval.isHeuristic()                ? dangerText(approval)
                       : approval.kind == ApprovalKind::Exec ? execText(approval.command)
                                                             : widerText(approval);
    if (!approval.judgement.reason.empty())
        text += "\nWhy you are asked: " + visible(approval.judgement.reason, shownText);
    if (!approval.agentJustification.empty())
        text += "\nThe agent says: " + visible(approval.agentJustification, shownText);
    for (const std::string& warning : approval.warnings)
        text += "\nCareful: " + visible(warning, shownText);
    return text;
}

} // namespace

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
