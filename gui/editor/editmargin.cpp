#include "gui/editor/editmargin.h"

#include "gui/editor/editcolours.h"
#include "gui/editor/rulesedit.h"
#include "gui/editor/tooltiptext.h"

#include <QHelpEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

namespace exeat {

namespace {

constexpr int padding = 6; // pixels

/** A disc, a triangle or a square, of `size` pixels. */
void paintMark(QPainter& painter, QPointF centre, qreal size, Severity severity, const QColor& colour) {
    const qreal half = size / 2;
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    switch (severity) {
    case Severity::Error:
        painter.drawEllipse(centre, half, half);
        return;
    case Severity::Warning: {
        QPainterPath triangle(centre + QPointF(0, -half));
        triangle.lineTo(centre + QPointF(half * 1.1, half * 0.9));
        triangle.lineTo(centre + QPointF(-half * 1.1, half * 0.9));
        triangle.closeSubpath();
        painter.drawPath(triangle);
        return;
    }
    case Severity::Note:
        painter.drawRect(QRectF(centre.x() - half * 0.8, centre.y() - half * 0.8, size * 0.8, size * 0.8));
        return;
    }
}

qreal markSize(const QFontMetricsF& metrics) {
    return metrics.ascent() * 0.65;
}

} // namespace

EditMargin::EditMargin(RulesEdit& edit) : QWidget(&edit), m_edit(edit) {
    setObjectName("margin");
    setAccessibleName(tr("Line numbers"));
}

QSize EditMargin::sizeHint() const {
    const QFontMetricsF metrics(m_edit.font());
    const auto digits = std::max<qsizetype>(2, QString::number(m_edit.blockCount()).size());
    const qreal width = markSize(metrics) + metrics.horizontalAdvance('9') * static_cast<qreal>(digits) + 3 * padding;
    return {static_cast<int>(width), 0};
}

bool EditMargin::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QString text;
    for (const auto& line : m_edit.visibleLines())
        if (help->pos().y() >= line.top && help->pos().y() < line.top + line.height)
            text = m_edit.diagnosticsText(line.number);
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), toolTipText(text), this);
    return true;
}

void EditMargin::paintEvent(QPaintEvent* event) {
    const EditColours colours(m_edit.palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(event->rect(), colours.margin);
    QFont font = m_edit.font();
    const QFontMetricsF metrics(font);
    const qreal size = markSize(metrics);
    for (const auto& line : m_edit.visibleLines()) {
        if (line.isCurrent)
            painter.fillRect(QRectF(0, line.top, width(), line.height), colours.currentLine);
        font.setBold(line.isCurrent);
        painter.setFont(font);
        painter.setPen(line.isCurrent ? colours.currentLineNumber : colours.lineNumber);
        painter.drawText(QRectF(0, line.top, width() - padding, metrics.height()), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(line.number));
        if (line.severity)
            paintMark(painter, {padding + size / 2, line.top + metrics.height() / 2}, size, *line.severity,
                      colours.of(*line.severity));
    }
}

} // namespace exeat
