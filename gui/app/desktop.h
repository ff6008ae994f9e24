#pragma once

#include "gui/link/openapprovals.h"
#include "gui/link/servicelink.h"
#include "gui/notify/board.h"
#include "gui/prompt/prompts.h"
#include "gui/tray/trayicon.h"
#include "gui/window/mainwindow.h"

#include <QObject>

namespace exeat {

class HistoryPage;
class InboxPage;

/** The object graph of exeat-desktop. Holds no policy: it may end at any time without a decision changing. */
class Desktop : public QObject {
    Q_OBJECT
public:
    explicit Desktop(RuntimePaths paths, QObject* parent = nullptr);
    void start();
    /** A person asked for it, with the token that lets it have the focus (xdg-activation; empty on X11). */
    void openInbox(const QString& activationToken);

private:
    void connectWindow();
    void review(ApprovalId id, const QString& activationToken); ///< as openInbox()

    ServiceLink m_link;
    OpenApprovals m_approvals;
    Prompts m_prompts;
    Board m_board;
    TrayIcon m_tray;
    MainWindow m_window;
    InboxPage* m_inbox;
    HistoryPage* m_history;
};

} // namespace exeat
