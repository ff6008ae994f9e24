#pragma once

#include "gui/link/openapprovals.h"
#include "gui/link/servicelink.h"
#include "gui/prompt/prompts.h"
#include "gui/tray/trayicon.h"

#include <QObject>

namespace exeat {

/** The object graph of exeat-desktop. Holds no policy: it may end at any time without a decision changing. */
class Desktop : public QObject {
    Q_OBJECT
public:
    explicit Desktop(RuntimePaths paths, QObject* parent = nullptr);
    void start();

private:
    ServiceLink m_link;
    OpenApprovals m_approvals;
    Prompts m_prompts;
    TrayIcon m_tray;
};

} // namespace exeat
