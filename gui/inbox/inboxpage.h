#pragma once

#include "gui/inbox/denials.h"
#include "gui/inbox/inboxmodel.h"
#include "gui/prompt/arming.h"

#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>
#include <QWidget>

namespace exeat {

class EmptyState;
class GroupDenial;
class MissedSection;
class NoticeBar;
class PlainLabel;
class ServiceLink;

/**
 * Every open question, and below what was missed. Enter reviews; no key of its own answers anything, and nothing can be
 * allowed here.
 */
class InboxPage : public QWidget {
    Q_OBJECT
public:
    /** `window`: the one that it will be in; what is denied must have been seen there (Arming). */
    InboxPage(ServiceLink& link, const OpenApprovals& approvals, QWidget* window);

signals:
    void reviewWanted(exeat::ApprovalId id);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeList();
    QWidget* makeActions();
    void connectAll();
    void updateState();
    void updateButtons();
    void chooseFirst();
    void showMenu(const QPoint& place);
    void review();
    void denyOne();
    void askForGroup();
    void denyGroup(const QString& message);
    void finishDenials(const QString& problem);

    ServiceLink& m_link;
    const OpenApprovals& m_approvals;
    InboxModel m_model;
    Arming m_arming;
    Denials m_denials;
    QTimer m_ages;
    std::vector<InboxCard> m_group; ///< what was open when the person was asked back
    PlainLabel* m_summary;
    NoticeBar* m_notice;
    QStackedWidget* m_stack;
    QListView* m_list;
    EmptyState* m_empty;
    GroupDenial* m_groupDenial;
    MissedSection* m_missed;
    QWidget* m_actions;
    QLineEdit* m_message;
    QPushButton* m_review;
    QPushButton* m_deny;
    QPushButton* m_denyAll;
};

} // namespace exeat
