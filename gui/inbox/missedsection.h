#pragma once

#include "gui/inbox/missedmodel.h"

#include <QListView>
#include <QTimer>
#include <QWidget>

namespace exeat {

class OpenApprovals;
class ServiceLink;

/** What nobody answered in the last days, from the history. Hidden while there is nothing. */
class MissedSection : public QWidget {
    Q_OBJECT
public:
    MissedSection(ServiceLink& link, const OpenApprovals& approvals, QWidget* parent = nullptr);
    /** Asks the history again. */
    void load();

signals:
    void failed(const QString& problem);

private:
    ServiceLink& m_link;
    MissedModel m_model;
    QListView* m_list;
    QTimer m_later;
};

} // namespace exeat
