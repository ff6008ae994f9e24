#pragma once

#include "shared/domain/approval.h"

#include <QObject>
#include <QPointer>

#include <map>

namespace exeat {

class OpenApprovals;
class PromptWindow;
class ServiceLink;

/** The prompt windows that are open: one for a question at most. Main thread. */
class Prompts : public QObject {
    Q_OBJECT
public:
    /** Whether the window may take the focus: only if a person asked for it. */
    enum class Focus { Leave, Take };

    Prompts(ServiceLink& link, const OpenApprovals& approvals, QObject* parent = nullptr);
    ~Prompts() override;

    /** Nothing happens for a question that is not open any more. */
    void show(ApprovalId id, Focus focus);

private:
    ServiceLink& m_link;
    const OpenApprovals& m_approvals;
    std::map<ApprovalId, QPointer<PromptWindow>> m_windows;
};

} // namespace exeat
