#include "gui/inbox/misseddelegate.h"

#include "gui/inbox/cardlayout.h"
#include "gui/inbox/missedmodel.h"
#include "gui/text/quietcolour.h"

#include <QFontDatabase>
#include <QPainter>

namespace exeat {
namespace {

constexpr int margin = 3;
constexpr int padding = 9;
constexpr int lineGap = 4;

} // namespace

MissedDelegate::MissedDelegate(QObject* parent)
    : QStyledItemDelegate(parent), m_fixed(QFontDatabase::systemFont(QFontDatabase::FixedFont)) {}

QSize MissedDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& /*index*/) const {
    return {0, 2 * margin + 2 * padding + CardLayout::commandHeight(m_fixed) + lineGap + option.fontMetrics.height()};
}

void MissedDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    painter->save();
    const QRect place = option.rect.adjusted(margin, margin, -margin, -margin);
    CardLayout::frame(*painter, option, place);
    CardLayout layout(*painter, option, place.adjusted(padding, padding, -padding, -padding));
    layout.command(index.data(MissedModel::CommandRole).toString(), m_fixed);
    layout.gap(lineGap);
    layout.line(index.data(MissedModel::WhenAndWhyRole).toString(), option.font, quietText(option.palette));
    painter->restore();
}

} // namespace exeat
