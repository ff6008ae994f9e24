#include "gui/inbox/cardlayout.h"

#include "gui/text/quietcolour.h"

#include <QStyle>

namespace exeat {

QRect CardLayout::mirrored(const QRect& rect) const {
    return QStyle::visualRect(m_option.direction, m_content, rect);
}

void CardLayout::line(const QString& text, const QFont& font, const QColor& colour, int reserved) {
    const QFontMetrics metrics(font, m_painter.device());
    const QRect place(m_content.left(), m_top, m_content.width() - reserved, metrics.height());
    m_painter.setFont(font);
    m_painter.setPen(colour);
    m_painter.setLayoutDirection(m_option.direction);
    m_painter.drawText(mirrored(place), Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine,
                       metrics.elidedText(text, Qt::ElideRight, place.width()));
    m_top += metrics.height();
}

int CardLayout::lineEnd(const QString& text, const QFont& font, const QColor& colour) {
    const QFontMetrics metrics(font, m_painter.device());
    const int width = metrics.horizontalAdvance(text) + 1;
    const QRect place(m_content.right() - width + 1, m_top, width, metrics.height());
    m_painter.setFont(font);
    m_painter.setPen(colour);
    m_painter.setLayoutDirection(m_option.direction);
    m_painter.drawText(mirrored(place), Qt::AlignTrailing | Qt::AlignVCenter | Qt::TextSingleLine, text);
    return width;
}

void CardLayout::command(const QString& text, const QFont& fixed) {
    const QFontMetrics metrics(fixed, m_painter.device());
    const QRect ground(m_content.left(), m_top, m_content.width(), metrics.height() + 2 * commandPadding);
    const QPalette& palette = m_option.palette;
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(mixed(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.06));
    m_painter.drawRoundedRect(mirrored(ground), 4, 4);
    const QRect place = mirrored(ground).adjusted(8, 0, -8, 0);
    m_painter.setFont(fixed);
    m_painter.setPen(palette.color(QPalette::Text));
    m_painter.setLayoutDirection(Qt::LeftToRight);
    m_painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine | Qt::TextForceLeftToRight,
                       metrics.elidedText(text, Qt::ElideMiddle, place.width()));
    m_top += ground.height();
}

void CardLayout::frame(QPainter& painter, const QStyleOptionViewItem& option, const QRect& card) {
    const QPalette& palette = option.palette;
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const QColor base = palette.color(QPalette::Base);
    const QColor highlight = palette.color(QPalette::Highlight);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(isSelected ? mixed(highlight, base, 0.08) : base);
    painter.setPen(isSelected ? QPen(highlight, 2) : QPen(hairline(palette), 1));
    painter.drawRoundedRect(QRectF(card).adjusted(1, 1, -1, -1), 8, 8);
}

} // namespace exeat
