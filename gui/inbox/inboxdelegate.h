#pragma once

#include "gui/inbox/inboxcard.h"

#include <QIcon>
#include <QStyledItemDelegate>

namespace exeat {

/** Draws InboxModel: headings and cards, in the colours of the palette. All text is drawn as it is, never markup. */
class InboxDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit InboxDelegate(QObject* parent = nullptr);

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintHeading(QPainter& painter, const QStyleOptionViewItem& option, const InboxHeading& heading) const;
    void paintCard(QPainter& painter, const QStyleOptionViewItem& option, const InboxCard& card) const;

    QIcon m_question;
    QIcon m_warning;
    QFont m_fixed;
};

} // namespace exeat
