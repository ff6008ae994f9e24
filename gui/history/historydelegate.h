#pragma once

#include <QStyledItemDelegate>

namespace exeat {

/** Rows of HistoryModel: commands left to right, fixed width and cut in the middle; outcomes with their sign. */
class HistoryDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit HistoryDelegate(QObject* parent = nullptr);

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

private:
    QFont m_fixed;
};

} // namespace exeat
