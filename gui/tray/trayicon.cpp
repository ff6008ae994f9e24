#include "gui/tray/trayicon.h"

#include "gui/link/openapprovals.h"
#include "gui/link/servicelink.h"
#include "gui/text/shieldicon.h"

#include <QDBusConnection>
#include <QDBusServiceWatcher>

namespace exeat {
namespace {

const QString watcherService = QStringLiteral("org.kde.StatusNotifierWatcher");

} // namespace

TrayIcon::TrayIcon(const ServiceLink& link, const OpenApprovals& approvals, QObject* parent)
    : QObject(parent), m_link(link), m_approvals(approvals) {
    m_state = m_menu.addAction(QString());
    m_state->setEnabled(false);
    m_menu.addSeparator();
    m_menu.addAction(tr("Open questions"), this, &TrayIcon::inboxWanted);
    m_menu.addAction(tr("History"), this, &TrayIcon::historyWanted);
    m_menu.addSeparator();
    m_menu.addAction(tr("Quit"), this, &TrayIcon::quitWanted);
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger)
            emit inboxWanted();
    });
    connect(&link, &ServiceLink::stateChanged, this, &TrayIcon::update);
    connect(&approvals, &OpenApprovals::countChanged, this, &TrayIcon::update);
    // Qt registers an icon once; a panel that comes later, or anew, would never hear of it.
    auto* watcher = new QDBusServiceWatcher(watcherService, QDBusConnection::sessionBus(),
                                            QDBusServiceWatcher::WatchForRegistration, this);
    connect(watcher, &QDBusServiceWatcher::serviceRegistered, this, &TrayIcon::showWherePossible);
    update();
    m_icon.show();
}

void TrayIcon::showWherePossible() {
    m_icon.hide();
    m_icon.show();
}

void TrayIcon::update() {
    const int open = static_cast<int>(m_approvals.count());
    QString text = tr("No open question");
    Shield shield = Shield::Idle;
    if (m_link.state() != ServiceLink::State::Connected) {
        text = m_link.state() == ServiceLink::State::Gone ? tr("The Exeat service is gone") : tr("Connecting…");
        shield = Shield::Gone;
    } else if (open > 0) {
        text = tr("%n open question(s)", nullptr, open);
        shield = Shield::Question;
    }
    m_icon.setIcon(shieldIcon(shield, open));
    m_icon.setToolTip(QStringLiteral("Exeat: ") + text);
    m_state->setText(text);
}

} // namespace exeat
