#include "gui/app/desktop.h"

#include "gui/history/historypage.h"
#include "gui/inbox/inboxpage.h"

#include <QCoreApplication>

#include <utility>

namespace exeat {
namespace {

void takeToken(const QString& activationToken) {
    if (!activationToken.isEmpty())
        qputenv("XDG_ACTIVATION_TOKEN", activationToken.toUtf8()); // Qt takes it, and removes it, when it activates
}

} // namespace

Desktop::Desktop(RuntimePaths paths, QObject* parent)
    : QObject(parent), m_link(std::move(paths)), m_approvals(m_link), m_prompts(m_link, m_approvals),
      m_board({QDBusConnection::sessionBus(), QDBusConnection::systemBus()}, m_link, m_approvals, NotifySettings{}),
      m_tray(m_link, m_approvals), m_inbox(new InboxPage(m_link, m_approvals, &m_window)),
      m_history(new HistoryPage(m_link)) {
    connect(&m_board, &Board::windowWanted, this, [this](ApprovalId id) { m_prompts.show(id, Prompts::Focus::Leave); });
    connect(&m_board, &Board::reviewWanted, this, &Desktop::review);
    connect(&m_board, &Board::inboxWanted, this, &Desktop::openInbox);
    connect(&m_tray, &TrayIcon::quitWanted, this, [] { QCoreApplication::quit(); });
    connectWindow();
}

void Desktop::connectWindow() {
    m_window.add(m_inbox, LineIcon::Inbox, tr("Open questions"));
    m_window.add(m_history, LineIcon::History, tr("History"));
    connect(&m_tray, &TrayIcon::inboxWanted, &m_window, [this] { m_window.open(m_inbox); });
    connect(&m_tray, &TrayIcon::historyWanted, &m_window, [this] { m_window.open(m_history); });
    connect(m_inbox, &InboxPage::reviewWanted, this,
            [this](ApprovalId id) { m_prompts.show(id, Prompts::Focus::Take); });
    connect(&m_approvals, &OpenApprovals::countChanged, &m_window,
            [this] { m_window.setCount(m_inbox, static_cast<int>(m_approvals.count())); });
}

void Desktop::start() {
    m_link.open();
}

void Desktop::review(ApprovalId id, const QString& activationToken) {
    takeToken(activationToken);
    m_prompts.show(id, Prompts::Focus::Take);
}

void Desktop::openInbox(const QString& activationToken) {
    takeToken(activationToken);
    m_window.open(m_inbox);
}

} // namespace exeat
