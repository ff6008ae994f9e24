#include "gui/window/sidelist.h"

#include "gui/text/quietcolour.h"

#include <QLocale>
#include <QPainter>
#include <QStyledItemDelegate>

namespace exeat {
namespace {

enum Role { IconRole = Qt::UserRole, CountRole };

constexpr int padding = 10;
constexpr int iconSide = 18;

class SideDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& /*index*/) const override {
        return {0, option.fontMetrics.height() + 2 * padding};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const QPalette& palette = option.palette;
        const bool isCurrent = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect place = option.rect.adjusted(6, 2, -6, -2);
        if (isCurrent || option.state.testFlag(QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(
                mixed(palette.color(QPalette::Highlight), palette.color(QPalette::Window), isCurrent ? 0.24 : 0.1));
            painter->drawRoundedRect(place, 6, 6);
        }
        if (option.state.testFlag(QStyle::State_HasFocus)) {
            painter->setPen(palette.color(QPalette::Highlight));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        }
        drawTexts(*painter, option, index, place.adjusted(padding, 0, -padding, 0));
        painter->restore();
    }

private:
    static void drawTexts(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index,
                          const QRect& place) {
        const auto visual = [&](const QRect& rect) { return QStyle::visualRect(option.direction, place, rect); };
        const QColor colour = option.palette.color(QPalette::WindowText);
        const QRect icon(place.left(), place.top(), iconSide, place.height());
        drawLineIcon(painter, visual(icon), static_cast<LineIcon>(index.data(IconRole).toInt()), colour);
        painter.setFont(option.font);
        painter.setPen(colour);
        QRect text = place.adjusted(iconSide + padding, 0, 0, 0);
        const int count = index.data(CountRole).toInt();
        if (count > 0) {
            const QString number = QLocale().toString(count);
            const int width = option.fontMetrics.horizontalAdvance(number) + 14;
            const int height = option.fontMetrics.height() + 2;
            const QRect badge(place.right() - width + 1, place.center().y() - height / 2, width, height);
            text.setRight(badge.left() - 6);
            painter.setPen(Qt::NoPen);
            painter.setBrush(option.palette.color(QPalette::Highlight));
            painter.drawRoundedRect(visual(badge), height / 2.0, height / 2.0);
            painter.setPen(option.palette.color(QPalette::HighlightedText));
            painter.drawText(visual(badge), Qt::AlignCenter, number);
            painter.setPen(colour);
        }
        painter.drawText(visual(text), Qt::AlignVCenter | Qt::AlignLeading | Qt::TextSingleLine,
                         index.data(Qt::DisplayRole).toString());
    }
};

} // namespace

SideList::SideList(QWidget* parent) : QListWidget(parent) {
    setItemDelegate(new SideDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setAccessibleName(tr("Pages"));
    viewport()->setBackgroundRole(QPalette::Window);
}

void SideList::add(LineIcon icon, const QString& title) {
    auto* item = new QListWidgetItem(title, this);
    item->setData(IconRole, static_cast<int>(icon));
    updateGeometry();
}

void SideList::setCount(int row, int count) {
    QListWidgetItem* page = item(row);
    page->setData(CountRole, count);
    page->setData(Qt::AccessibleTextRole,
                  count > 0 ? tr("%1: %2", "page, how many wait").arg(page->text(), QLocale().toString(count))
                            : page->text());
}

QSize SideList::sizeHint() const {
    int width = fontMetrics().averageCharWidth() * 18;
    for (int row = 0; row < count(); ++row)
        width = std::max(width, fontMetrics().horizontalAdvance(item(row)->text()));
    return {width + iconSide + 4 * padding + fontMetrics().averageCharWidth() * 6, 0};
}

} // namespace exeat
