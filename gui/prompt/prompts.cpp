#include "gui/prompt/prompts.h"

#include "gui/link/openapprovals.h"
#include "gui/prompt/promptwindow.h"

#include <ranges>

namespace exeat {

Prompts::Prompts(ServiceLink& link, const OpenApprovals& approvals, QObject* parent)
    : QObject(parent), m_link(link), m_approvals(approvals) {
    connect(&approvals, &OpenApprovals::settled, this, [this](const Approval& approval, const Decision& decision) {
        const auto found = m_windows.find(approval.id);
        if (found != m_windows.end() && found->second)
            found->second->settle(decision);
    });
    connect(&approvals, &OpenApprovals::cleared, this, [this] {
        for (const auto& window : std::views::values(m_windows)) {
            if (window)
                window->loseService();
        }
    });
}

Prompts::~Prompts() {
    for (const auto& window : std::views::values(m_windows))
        delete window.data();
}

void Prompts::show(ApprovalId id, Focus focus) {
    const Approval* approval = m_approvals.find(id);
    if (approval == nullptr)
        return;
    QPointer<PromptWindow>& window = m_windows[id];
    if (!window) {
        window = new PromptWindow(*approval, m_link);
        connect(window, &PromptWindow::closed, this, [this](ApprovalId closed) { m_windows.erase(closed); });
    }
    window->setAttribute(Qt::WA_ShowWithoutActivating, focus == Focus::Leave);
    window->show();
    if (focus == Focus::Take) {
        window->raise();
        window->activateWindow();
    }
}

} // namespace exeat
