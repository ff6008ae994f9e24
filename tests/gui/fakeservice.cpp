#include "tests/gui/fakeservice.h"

#include "shared/wire/codec.h"

namespace exeat::test {

FakeService::FakeService() {
    connect(&m_server, &QLocalServer::newConnection, this, &FakeService::accept);
    m_server.listen(QString::fromStdString(paths().controlSocket));
}

RuntimePaths FakeService::paths() const {
    RuntimePaths paths;
    paths.controlSocket = m_folder.filePath(QStringLiteral("control.sock")).toStdString();
    paths.programFolder = "/nonexistent";
    return paths;
}

void FakeService::dropClient() {
    if (m_client)
        m_client->drop(QStringLiteral("test"));
}

void FakeService::accept() {
    m_client = new FrameSocket(m_server.nextPendingConnection(), this);
    ++connections;
    connect(m_client, &FrameSocket::received, this, &FakeService::receive);
}

void FakeService::receive(const QByteArray& payload) {
    const auto request = wire::decodeControlRequest({payload.constData(), static_cast<std::size_t>(payload.size())});
    if (!request)
        return;
    if (std::holds_alternative<wire::ControlHello>(*request)) {
        send(wire::ControlWelcome{wire::protocolVersion, "test"});
    } else if (const auto* answer = std::get_if<wire::AnswerApproval>(&*request)) {
        answers.push_back(answer->answer);
        if (m_refusal.empty())
            send(wire::RequestDone{answer->request});
        else
            send(wire::RequestFailed{answer->request, ErrorKind::Refused, m_refusal});
    } else if (const auto* add = std::get_if<wire::AddRule>(&*request)) {
        added.push_back(*add);
        if (add->contentHash.empty())
            send(wire::RulesEditPlan{add->request,
                                     "/home/someone/.config/exeat/rules/approved.rules",
                                     EditEffect::Loosens,
                                     {},
                                     {"prefix_rule(<b>…</b>)"},
                                     "plan"});
        else
            send(wire::RequestDone{add->request});
    } else if (const auto* history = std::get_if<wire::QueryHistory>(&*request)) {
        ExecRecord record;
        record.argv = {"/usr/bin/git", "push", "origin", "topic"};
        send(wire::HistoryPage{history->request, {record}});
    } else if (const auto* status = std::get_if<wire::AskStatus>(&*request)) {
        wire::ServiceStatus told;
        told.request = status->request;
        told.agents = agents;
        send(told);
    } else if (const auto* watch = std::get_if<wire::WatchApprovals>(&*request)) {
        send(wire::RequestDone{watch->request});
    }
}

void FakeService::send(const wire::ControlReply& reply) {
    if (m_client)
        m_client->send(wire::encode(reply));
}

Approval gitPush(std::uint64_t id) {
    Approval approval;
    approval.id = ApprovalId{id};
    approval.contentHash = std::string(64, 'a');
    approval.agent = "claude";
    approval.projectRoot = "/home/someone/exeat";
    approval.branch = "main";
    approval.script = "git push origin main";
    approval.command.file = approval.command.realPath = "/usr/bin/git";
    approval.command.argv = {"git", "push", "origin", "main"};
    approval.command.names = {"git"};
    approval.command.origin = FileOrigin::Unplantable;
    approval.command.workdir = "/home/someone/exeat";
    approval.command.chain = {{"bash", {"bash", "-c", "git push origin main"}}};
    approval.judgement.verdict = Verdict::Ask;
    approval.judgement.trace = {{Layer::User,
                                 "/home/someone/.config/exeat/rules/mine.rules",
                                 3,
                                 RuleDecision::Prompt,
                                 {"git", "push"},
                                 "Pushing changes what others see.",
                                 true,
                                 {}}};
    return approval;
}

} // namespace exeat::test
