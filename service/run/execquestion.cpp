#include "service/run/execquestion.h"

#include "service/run/grantrule.h"
#include "service/run/sandboxrequest.h"
#include "shared/base/text.h"

namespace exeat {

ExecQuestion execQuestion(const wire::ExecRequest& request, const ExecContext& context) {
    ExecQuestion question;
    Approval& approval = question.approval;
    approval.kind = ApprovalKind::Exec;
    approval.session = context.agent.session;
    approval.run = request.run;
    approval.exec = request.exec;
    approval.agent = context.agent.claimedName;
    approval.projectRoot = context.agent.projectRoot;
    approval.branch = branchOf(context.agent.projectRoot);
    approval.script = context.script;
    approval.command = request.command;
    approval.judgement = request.judgement;
    if (!request.judgement.dangers.empty()) {
        // It goes on in the run's own sandbox, so that, not the file, is what a person has to know.
        approval.mode = context.sandbox.mode;
        approval.network = context.sandbox.network;
        approval.extraWritableRoots = context.sandbox.writableRoots;
    } else if (request.command.origin != FileOrigin::Unplantable) {
        // What the gate has pinned, not what the file holds a moment later: an agent may be rewriting it.
        if (auto hash = request.sha256.empty() ? hashJudged(request.command) : Result<std::string>(request.sha256)) {
            question.sha256 = *hash;
            approval.warnings.push_back((request.command.origin == FileOrigin::AgentWritable
                                             ? std::string("An agent may have written this file. ")
                                             : std::string("This file is yours, not the system's. ")) +
                                        "SHA-256 of " + visible(request.command.realPath, 512) + ": " + *hash);
        } else {
            approval.warnings.push_back("The file could not be read to tell later whether it changed: " +
                                        visible(hash.error().text, 512));
        }
    }
    if (request.command.setUid)
        approval.warnings.emplace_back("The program changes to the rights of its owner (set-uid).");
    return question;
}

} // namespace exeat
