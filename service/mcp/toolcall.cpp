#include "service/mcp/toolcall.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>

namespace exeat::mcp {
namespace {

/** The last line of a piece of output, for people who watch a progress bar. */
std::string lastLine(const QByteArray& bytes) {
    const QByteArray trimmed = bytes.right(1024).trimmed();
    const qsizetype start = trimmed.lastIndexOf('\n') + 1;
    const QByteArray line = trimmed.mid(start);
    return visible({line.constData(), static_cast<std::size_t>(line.size())}, 200);
}

} // namespace

ToolCall::ToolCall(AgentLink& link, FollowPlan plan, CallContext context, std::unique_ptr<Progress> progress,
                   Completion done, QObject* parent)
    : QObject(parent), m_link(link), m_plan(std::move(plan)), m_run(m_plan.run), m_runId(m_plan.run->id()),
      m_context(std::move(context)), m_progress(std::move(progress)), m_done(std::move(done)) {
    m_link.followers.add(m_runId);
    m_link.services.runs.join(*m_run);
    m_gather.setSingleShot(true);
    m_patience.setSingleShot(true);
    connect(&m_gather, &QTimer::timeout, this, &ToolCall::lookAtQuestions);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        if (m_run)
            handBack(m_run->openApprovals().empty() ? Unfinished::StillRunning : Unfinished::QuestionOpen);
    });
    connect(m_run, &Run::output, this,
            [this](wire::OutputStream, const QByteArray& bytes) { m_progress->report(lastLine(bytes)); });
    connect(m_run, &Run::approvalsChanged, this, [this] {
        if (!m_run->openApprovals().empty() && !m_gather.isActive())
            m_gather.start(limits::approvalGather);
    });
    connect(&m_link.elicitations, &Elicitations::leftOpen, this, [this](ApprovalId) {
        if (m_run && !m_gather.isActive())
            m_gather.start(0);
    });
    // Queued: a run that is over already must not be answered from inside the constructor.
    connect(m_run, &Run::finished, this, &ToolCall::reportResult, Qt::QueuedConnection);
    connect(m_run, &QObject::destroyed, this, [this] {
        complete(RpcError{RpcCode::Internal, "the run is gone before it gave a result; start it again", nullptr});
    });
    if (m_run->isFinished())
        QMetaObject::invokeMethod(this, &ToolCall::reportResult, Qt::QueuedConnection);
    else if (!m_run->openApprovals().empty())
        m_gather.start(limits::approvalGather);
    m_patience.start(m_plan.patience);
}

ToolCall::~ToolCall() {
    if (m_attached)
        m_link.followers.remove(m_runId);
}

void ToolCall::cancel() {
    if (!m_done)
        return;
    m_done = nullptr;
    const bool executing = m_run && !m_run->isFinished() && m_run->openApprovals().empty();
    if (executing && m_plan.onCancel == OnCancel::StopRun) {
        m_link.followers.remove(m_runId);
        m_attached = false;
        if (!m_link.followers.any(m_runId))
            m_link.services.runs.stop(*m_run, RunEnd::Cancelled);
    } else {
        detach();
    }
    deleteLater();
}

std::vector<Approval> ToolCall::openApprovals() const {
    std::vector<Approval> open;
    for (const ApprovalId id : m_run->openApprovals()) {
        if (const Approval* approval = m_link.services.approvals.find(id))
            open.push_back(*approval);
    }
    return open;
}

void ToolCall::lookAtQuestions() {
    if (!m_done || !m_run || m_run->isFinished())
        return;
    const std::vector<Approval> open = openApprovals();
    if (open.empty())
        return;
    m_progress->report("waiting for a person to decide on " + std::to_string(open.size()) + " question(s)");
    const bool isShown = m_context.client.form == ElicitationForm::Offered && showForms(open);
    if (!m_done || isShown || m_link.services.otherApprovers())
        return;
    if (m_plan.whenNobody == WhenNobodyCanAnswer::HandBack)
        handBack(Unfinished::NobodyToAsk);
}

bool ToolCall::showForms(const std::vector<Approval>& open) {
    std::vector<Approval> askable;
    std::ranges::copy_if(open, std::back_inserter(askable),
                         [this](const Approval& approval) { return !m_link.answers.leftOpen(approval.id); });
    if (askable.empty())
        return false;
    if (isModern(m_context.revision)) {
        askNextRound(askable);
        return true;
    }
    for (const Approval& approval : askable)
        m_link.elicitations.ask(approval, m_context);
    return true;
}

void ToolCall::askNextRound(const std::vector<Approval>& askable) {
    if (m_plan.round >= limits::approvalRounds) {
        handBack(Unfinished::QuestionOpen);
        return;
    }
    RequestState state{m_runId, m_plan.round + 1, {}};
    Json requests = Json::object();
    for (const Approval& approval : askable) {
        state.asked[approval.id] = approval.contentHash;
        requests["approval-" + std::to_string(approval.id.value)] = {
            {"method", "elicitation/create"},
            {"params", approvalForm(approval, m_link.answers.reach(approval), m_context.revision)}};
    }
    std::string sealed = m_link.services.sealer.seal(state, {m_link.session, m_plan.callDigest},
                                                     RequestStateSealer::Clock::now() + limits::parkedRun);
    complete(InputRequired{std::move(requests), std::move(sealed)});
}

void ToolCall::handBack(Unfinished why) {
    if (m_run)
        complete(reportUnfinished(m_run->result(), why, openApprovals()));
}

void ToolCall::reportResult() {
    if (m_run)
        complete(reportFinished(m_run->result()));
}

void ToolCall::complete(ToolReply reply) {
    if (!m_done)
        return;
    const Completion done = std::exchange(m_done, nullptr);
    m_gather.stop();
    m_patience.stop();
    m_progress.reset(); // nothing about a call after its answer
    detach();
    done(std::move(reply));
    deleteLater();
}

void ToolCall::detach() {
    if (!m_attached)
        return;
    m_attached = false;
    m_link.followers.remove(m_runId);
    if (m_run && !m_run->isFinished() && !m_link.followers.any(m_runId))
        m_link.services.runs.park(*m_run);
}

} // namespace exeat::mcp
