#include "gui/history/historydelegate.h"

#include "gui/history/historymodel.h"
#include "gui/text/lineicon.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPainter>

#include <algorithm>

namespace exeat {
namespace {

constexpr int iconSide = 16;
constexpr int rowPadding = 4;

QColor textColour(const QStyleOptionViewItem& option) {
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const auto group = option.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive;
    return option.palette.color(group, isSelected ? QPalette::HighlightedText : QPalette::Text);
}

} // namespace

HistoryDelegate::HistoryDelegate(QObject* parent)
    : QStyledItemDelegate(parent), m_fixed(QFontDatabase::systemFont(QFontDatabase::FixedFont)) {}

QSize HistoryDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const int text = std::max({option.fontMetrics.height(), QFontMetrics(m_fixed).height(), iconSide});
    return {QStyledItemDelegate::sizeHint(option, index).width(), text + 2 * rowPadding};
}

void HistoryDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    switch (index.column()) {
    case HistoryModel::Command:
        option->font = m_fixed;
        option->fontMetrics = QFontMetrics(m_fixed);
        option->direction = Qt::LeftToRight;
        option->displayAlignment = Qt::AlignLeft | Qt::AlignVCenter;
        option->textElideMode = Qt::ElideMiddle;
        break;
    case HistoryModel::Outcome: // room for the sign, which paint() draws
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = QSize(iconSide, iconSide);
        break;
    default:
        break;
    }
}

void HistoryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyledItemDelegate::paint(painter, option, index);
    if (index.column() != HistoryModel::Outcome)
        return;
    QStyleOptionViewItem full = option;
    initStyleOption(&full, index);
    const QStyle* style = full.widget != nullptr ? full.widget->style() : QApplication::style();
    const QRect place = style->subElementRect(QStyle::SE_ItemViewItemDecoration, &full, full.widget);
    drawLineIcon(*painter, place, static_cast<LineIcon>(index.data(HistoryModel::IconRole).toInt()), textColour(full));
}

} // namespace exeat
