#include "gui/app/desktop.h"

#include <QCoreApplication>

#include <utility>

namespace exeat {

Desktop::Desktop(RuntimePaths paths, QObject* parent)
    : QObject(parent), m_link(std::move(paths)), m_approvals(m_link), m_prompts(m_link, m_approvals),
      m_tray(m_link, m_approvals) {
    connect(&m_approvals, &OpenApprovals::added, this,
            [this](const Approval& approval) { m_prompts.show(approval.id, Prompts::Focus::Leave); });
    connect(&m_tray, &TrayIcon::quitWanted, this, [] { QCoreApplication::quit(); });
}

void Desktop::start() {
    m_link.open();
}

} // namespace exeat
