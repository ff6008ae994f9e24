#pragma once

#include <QMenu>
#include <QObject>
#include <QSystemTrayIcon>

namespace exeat {

class OpenApprovals;
class ServiceLink;

/**
 * Exeat in the panel: its state by shape, the number of open questions as a badge, and a menu. Where no panel takes
 * icons it waits for one; everything in it is reachable elsewhere, too. Main thread.
 */
class TrayIcon : public QObject {
    Q_OBJECT
public:
    TrayIcon(const ServiceLink& link, const OpenApprovals& approvals, QObject* parent = nullptr);

signals:
    void inboxWanted();
    void historyWanted();
    void quitWanted();

private:
    void update();
    void showWherePossible();

    const ServiceLink& m_link;
    const OpenApprovals& m_approvals;
    QSystemTrayIcon m_icon;
    QMenu m_menu;
    QAction* m_state = nullptr;
};

} // namespace exeat
