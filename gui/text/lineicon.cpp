#include "gui/text/lineicon.h"

#include <QPainter>

#include <algorithm>

namespace exeat {
namespace {

/** All in a square of 16. */
void drawBox(QPainter& painter) {
    painter.drawRoundedRect(QRectF(2.5, 2.5, 11, 11), 2, 2);
}

void drawInbox(QPainter& painter) {
    drawBox(painter);
    painter.drawPolyline(QPolygonF({{2.5, 9}, {5.5, 9}, {6.5, 11}, {9.5, 11}, {10.5, 9}, {13.5, 9}}));
}

void drawClock(QPainter& painter) {
    painter.drawEllipse(QRectF(2, 2, 12, 12));
    painter.drawPolyline(QPolygonF({{8, 4.8}, {8, 8.2}, {10.4, 9.8}}));
}

/** An arrow that leaves its box. */
void drawOutside(QPainter& painter) {
    painter.drawPolyline(QPolygonF({{7, 3}, {3, 3}, {3, 13}, {13, 13}, {13, 9}}));
    painter.drawLine(QPointF(7.5, 8.5), QPointF(13.2, 2.8));
    painter.drawPolyline(QPolygonF({{9.4, 2.8}, {13.2, 2.8}, {13.2, 6.6}}));
}

void drawInside(QPainter& painter) {
    drawBox(painter);
    painter.drawPolyline(QPolygonF({{5.2, 8.2}, {7.2, 10.2}, {10.8, 6}}));
}

void drawDenied(QPainter& painter) {
    painter.drawEllipse(QRectF(2, 2, 12, 12));
    painter.drawLine(QPointF(3.8, 12.2), QPointF(12.2, 3.8));
}

void drawAsked(QPainter& painter, const QColor& colour) {
    painter.drawEllipse(QRectF(2, 2, 12, 12));
    painter.drawPolyline(QPolygonF({{6.2, 6.6}, {6.6, 5.4}, {8, 4.9}, {9.4, 5.4}, {9.7, 6.7}, {8.1, 8.2}, {8, 9.2}}));
    painter.setBrush(colour);
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(QPointF(8, 11.3), 0.9, 0.9);
}

void drawRunning(QPainter& painter, const QColor& colour) {
    painter.setBrush(colour);
    painter.drawPolygon(QPolygonF({{5, 3.5}, {5, 12.5}, {12, 8}}));
}

void drawEnded(QPainter& painter) {
    painter.drawPolyline(QPolygonF({{3, 8.5}, {6.5, 12}, {13, 4.5}}));
}

} // namespace

void drawLineIcon(QPainter& painter, const QRectF& place, LineIcon icon, const QColor& colour) {
    const double side = std::min(place.width(), place.height());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(place.center() - QPointF(side / 2, side / 2));
    painter.scale(side / 16, side / 16);
    painter.setPen(QPen(colour, 1.3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (icon) {
    case LineIcon::Inbox:
        drawInbox(painter);
        break;
    case LineIcon::History:
        drawClock(painter);
        break;
    case LineIcon::Running:
        drawRunning(painter, colour);
        break;
    case LineIcon::Inside:
        drawInside(painter);
        break;
    case LineIcon::Outside:
        drawOutside(painter);
        break;
    case LineIcon::Denied:
        drawDenied(painter);
        break;
    case LineIcon::Asked:
        drawAsked(painter, colour);
        break;
    case LineIcon::Ended:
        drawEnded(painter);
        break;
    }
    painter.restore();
}

} // namespace exeat
