#pragma once

#include "service/mcp/agentlink.h"
#include "service/mcp/progress.h"
#include "service/mcp/tools.h"
#include "shared/base/limits.h"

#include <QPointer>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace exeat::mcp {

/** When a question is open, the client cannot ask and no other channel is connected. */
enum class WhenNobodyCanAnswer {
    HandBack,    ///< answer at once with the handle: the agent tells its user
    KeepWaiting, ///< the agent knows already; asking again and again must not be a busy loop
};

/** What the client's cancel means for a run that asks nothing just now. */
enum class OnCancel { StopRun, LeaveRun };

/** What one tools/call has to do once its arguments were understood: follow a run. */
struct FollowPlan {
    Run* run = nullptr; ///< not owned, alive now
    std::chrono::milliseconds patience = limits::clientCall;
    WhenNobodyCanAnswer whenNobody = WhenNobodyCanAnswer::HandBack;
    OnCancel onCancel = OnCancel::StopRun;
    int round = 0;            ///< input_required results that this call had already
    std::string callDigest{}; ///< digestOfCall()
};

/**
 * One tools/call from its arrival to its single answer: the run's result, a handle before the client loses patience,
 * or a round of questions (modern). The run lives on without it. Main thread only.
 */
class ToolCall : public QObject {
    Q_OBJECT
public:
    using Completion = std::function<void(ToolReply)>;

    /** `done` is called once, never from inside this constructor, and never after cancel(). */
    ToolCall(AgentLink& link, FollowPlan plan, CallContext context, std::unique_ptr<Progress> progress, Completion done,
             QObject* parent = nullptr);
    ~ToolCall() override;

    /** The client wants no answer any more: the run is stopped or, while it asks, parked. */
    void cancel();

private:
    void lookAtQuestions();
    /** Shows what can be shown; false if some question has nowhere to go. */
    bool showForms(const std::vector<Approval>& open);
    void askNextRound(const std::vector<Approval>& askable);
    std::vector<Approval> openApprovals() const;
    void handBack(Unfinished why);
    void reportResult();
    void complete(ToolReply reply);
    /** Lets go of the run; parks it if nobody else waits for it. */
    void detach();

    AgentLink& m_link;
    FollowPlan m_plan;
    QPointer<Run> m_run;
    RunId m_runId;
    CallContext m_context;
    std::unique_ptr<Progress> m_progress;
    Completion m_done;
    QTimer m_gather;
    QTimer m_patience;
    bool m_attached = true;
};

} // namespace exeat::mcp
