#pragma once

#include "shared/base/error.h"
#include "shared/domain/approval.h"

#include <QObject>

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace exeat {

/**
 * All open questions of all agents. Channels (command line, desktop, a client's elicitation) show what `added` says
 * and call answer(); the first answer wins, `settled` tells the others. Main thread only.
 *
 * Every question ends exactly once: answered, withdrawn (its run or caller is gone), or refused at once because
 * limits::pendingApprovals are open. There is no countdown.
 */
class ApprovalQueue : public QObject {
    Q_OBJECT
public:
    using Completion = std::function<void(const Decision&)>;

    explicit ApprovalQueue(QObject* parent = nullptr);
    ~ApprovalQueue() override;

    /**
     * Opens a question. id, contentHash, askedAt and the risk (rateRisk()) are filled in here. `done` is called exactly
     * once, never from inside this call; questions that are open when the queue is destroyed end as Deny by Nobody.
     */
    ApprovalId ask(Approval approval, Completion done);

    /**
     * What a channel heard. Refused (and nothing changes) if the question is gone, or the hash is not of what is asked
     * now. Whether this source may give this kind of answer is checked by the caller's AnswerGuard before.
     */
    Result<void> answer(const Answer& answer, AnswerSource source, const std::string& who);

    /** The asker is gone: ends as Deny by Nobody with `why`. Unknown ids are ignored. */
    void withdraw(ApprovalId id, const std::string& why);

    const Approval* find(ApprovalId id) const;
    std::vector<Approval> open() const; ///< oldest first

signals:
    void added(const exeat::Approval& approval);
    void settled(exeat::ApprovalId id, const exeat::Decision& decision);

private:
    struct Entry {
        Approval approval;
        Completion done;
    };
    void settle(std::map<ApprovalId, Entry>::iterator entry, const Decision& decision);
    void refuseLater(Completion done);
    void finishRefused();
    std::map<ApprovalId, Entry> m_open;
    std::vector<Completion> m_refused; ///< came at the limit; told from the event loop
    std::uint64_t m_last = 0;
};

} // namespace exeat
