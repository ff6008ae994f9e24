#include "gui/text/shieldicon.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

namespace exeat {
namespace {

/** In a square of 64. */
QPainterPath outline() {
    QPainterPath path;
    path.moveTo(32, 4);
    path.cubicTo(40, 10, 48, 12, 56, 12);
    path.cubicTo(57, 34, 50, 50, 32, 60);
    path.cubicTo(14, 50, 7, 34, 8, 12);
    path.cubicTo(16, 12, 24, 10, 32, 4);
    return path;
}

QColor colourOf(Shield state) {
    switch (state) {
    case Shield::Idle:
        return QColor(0x2e, 0x7d, 0x6b);
    case Shield::Running:
        return QColor(0x1f, 0x6f, 0xb2);
    case Shield::Question:
        return QColor(0x2f, 0x5f, 0xa8);
    case Shield::Warning:
        return QColor(0xb4, 0x4d, 0x12);
    case Shield::Paused:
        return QColor(0x6b, 0x6f, 0x76);
    case Shield::Gone:
        break;
    }
    return QColor(0x8a, 0x8d, 0x93);
}

void drawText(QPainter& painter, const QString& text) {
    QFont font = painter.font();
    font.setPixelSize(36);
    font.setBold(true);
    painter.setFont(font);
    painter.drawText(QRectF(0, 8, 64, 44), Qt::AlignCenter, text);
}

/** What tells the states apart without a colour. */
void drawSign(QPainter& painter, Shield state) {
    painter.setPen(QPen(Qt::white, 5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (state) {
    case Shield::Idle:
        painter.drawPolyline(QPolygonF({{20, 31}, {29, 41}, {45, 21}}));
        return;
    case Shield::Running:
        painter.setBrush(Qt::white);
        painter.drawPolygon(QPolygonF({{25, 20}, {25, 42}, {44, 31}}));
        return;
    case Shield::Question:
        return drawText(painter, QStringLiteral("?"));
    case Shield::Warning:
        return drawText(painter, QStringLiteral("!"));
    case Shield::Paused:
        painter.drawLine(QPointF(25, 21), QPointF(25, 41));
        painter.drawLine(QPointF(39, 21), QPointF(39, 41));
        return;
    case Shield::Gone:
        painter.drawLine(QPointF(22, 21), QPointF(42, 41));
        painter.drawLine(QPointF(42, 21), QPointF(22, 41));
        return;
    }
}

void drawBadge(QPainter& painter, int badge) {
    const QRectF place(32, 32, 32, 32);
    painter.setPen(QPen(Qt::white, 3));
    painter.setBrush(QColor(0xc6, 0x28, 0x28));
    painter.drawEllipse(place.adjusted(1.5, 1.5, -1.5, -1.5));
    QFont font = painter.font();
    font.setPixelSize(badge > 9 ? 18 : 22);
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(Qt::white);
    painter.drawText(place, Qt::AlignCenter, badge > 99 ? QStringLiteral("…") : QString::number(badge));
}

QPixmap drawn(Shield state, int badge, int size) {
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(size / 64.0, size / 64.0);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colourOf(state));
    painter.drawPath(outline());
    drawSign(painter, state);
    if (badge > 0)
        drawBadge(painter, badge);
    return pixmap;
}

} // namespace

QIcon shieldIcon(Shield state, int badge) {
    QIcon icon;
    for (const int size : {16, 22, 24, 32, 48, 64, 128})
        icon.addPixmap(drawn(state, badge, size));
    return icon;
}

} // namespace exeat
