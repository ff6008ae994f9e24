#pragma once

#include <QStyledItemDelegate>

namespace exeat {

/** Draws MissedModel: the command, and below it when and why. All text as it is, never markup. */
class MissedDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit MissedDelegate(QObject* parent = nullptr);

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QFont m_fixed;
};

} // namespace exeat
