#include "service/run/sandboxrequest.h"

#include "shared/base/text.h"
#include "shared/base/uniquefd.h"

#include <string_view>

namespace exeat {

std::string describe(const SandboxGrant& grant) {
    if (grant.mode == SandboxMode::FullAccess)
        return "no sandbox";
    std::string words = "read-only";
    if (grant.mode == SandboxMode::WorkspaceWrite) {
        words = "writing below ";
        for (const auto& root : grant.writableRoots)
            words += (&root == &grant.writableRoots.front() ? "" : ", ") + visible(root, 256);
    }
    return words + (grant.network == NetworkAccess::On ? " with network" : " without network");
}

std::string branchOf(const std::string& projectRoot) {
    std::string head = readFile(projectRoot + "/.git/HEAD", 4096).value_or(std::string());
    if (head.empty()) {
        // A worktree's .git is a file that names the real folder (gitrepository-layout(5)).
        static constexpr std::string_view mark = "gitdir: ";
        std::string link = readFile(projectRoot + "/.git", 4096).value_or(std::string());
        if (!link.starts_with(mark))
            return {};
        link = link.substr(mark.size(), link.find('\n') - mark.size());
        head =
            readFile((link.starts_with('/') ? link : projectRoot + '/' + link) + "/HEAD", 4096).value_or(std::string());
    }
    static constexpr std::string_view reference = "ref: refs/heads/";
    if (!head.starts_with(reference))
        return {};
    return head.substr(reference.size(), head.find('\n') - reference.size());
}

Approval widerSandboxApproval(const SandboxFit& fit, const RunRequest& request, const RunId& run,
                              const AgentInfo& agent) {
    Approval approval;
    approval.kind = ApprovalKind::WiderSandbox;
    approval.session = request.session;
    approval.run = run;
    approval.agent = agent.claimedName;
    approval.projectRoot = agent.projectRoot;
    approval.branch = branchOf(agent.projectRoot);
    approval.script = request.script;
    approval.command.workdir = request.workdir;
    approval.agentJustification = request.justification;
    if (!fit.excess)
        return approval;
    const SandboxExcess& excess = *fit.excess;
    approval.mode = excess.wanted.mode;
    approval.network = excess.wanted.network;
    approval.extraWritableRoots = excess.extraRoots;
    approval.judgement.verdict = Verdict::Ask;
    approval.judgement.reason =
        "The call asks for " + excess.words + ". Without asking it has: " + describe(fit.granted) + ".";
    approval.equalsNoSandbox = excess.equalsNoSandbox;
    if (excess.wanted.mode == SandboxMode::FullAccess)
        approval.warnings.emplace_back("Equals no sandbox: every program of this command runs with all your rights, "
                                       "and rules for single programs do not hold it back.");
    return approval;
}

std::string refusedSandbox(const SandboxFit& fit, const Decision& decision) {
    std::string words = "Not started: the call asked for " + (fit.excess ? fit.excess->words : std::string("more")) +
                        ", and that was refused";
    if (decision.source == AnswerSource::Nobody)
        words += ", because nobody could answer";
    words += ". ";
    if (!decision.message.empty())
        words += "The answer says: " + decision.message + " ";
    return words + "Without asking, a call has: " + describe(fit.granted) +
           ". Call again with sandbox_permissions \"use_default\" to run it so.";
}

} // namespace exeat
