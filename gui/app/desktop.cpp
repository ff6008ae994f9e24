#include "gui/app/desktop.h"

#include <QCoreApplication>

#include <utility>

namespace exeat {

Desktop::Desktop(RuntimePaths paths, QObject* parent)
    : QObject(parent), m_link(std::move(paths)), m_approvals(m_link), m_prompts(m_link, m_approvals),
      m_board({QDBusConnection::sessionBus(), QDBusConnection::systemBus()}, m_link, m_approvals, NotifySettings{}),
      m_tray(m_link, m_approvals) {
    connect(&m_board, &Board::windowWanted, this, [this](ApprovalId id) { m_prompts.show(id, Prompts::Focus::Leave); });
    connect(&m_board, &Board::reviewWanted, this, &Desktop::review);
    connect(&m_board, &Board::inboxWanted, this, &Desktop::reviewOldest);
    connect(&m_tray, &TrayIcon::quitWanted, this, [] { QCoreApplication::quit(); });
}

void Desktop::start() {
    m_link.open();
}

void Desktop::review(ApprovalId id, const QString& activationToken) {
    if (!activationToken.isEmpty())
        qputenv("XDG_ACTIVATION_TOKEN", activationToken.toUtf8()); // Qt takes it, and removes it, when it activates
    m_prompts.show(id, Prompts::Focus::Take);
}

void Desktop::reviewOldest(const QString& activationToken) {
    if (const auto all = m_approvals.all(); !all.empty())
        review(all.front().id, activationToken);
}

} // namespace exeat
