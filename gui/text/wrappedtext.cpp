#include "gui/text/wrappedtext.h"

#include <QFontDatabase>
#include <QPainter>
#include <QTextLayout>

#include <cmath>

namespace exeat {
namespace {

/** Gives each line its place and returns the height of all. */
double layOut(QTextLayout& layout, double width) {
    QTextOption option(Qt::AlignLeft | Qt::AlignAbsolute);
    option.setTextDirection(Qt::LeftToRight);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    double height = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, height});
        height += line.height();
    }
    layout.endLayout();
    return height;
}

} // namespace

WrappedText::WrappedText(const QString& text, QWidget* parent) : QWidget(parent), m_text(text) {
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setLayoutDirection(Qt::LeftToRight);
    m_text.replace(QLatin1Char('\n'), QChar(QChar::LineSeparator));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(text);
}

int WrappedText::heightForWidth(int width) const {
    QTextLayout layout(m_text, font());
    return static_cast<int>(std::ceil(layOut(layout, width)));
}

QSize WrappedText::sizeHint() const {
    const int width = fontMetrics().averageCharWidth() * 40;
    return {width, heightForWidth(width)};
}

QSize WrappedText::minimumSizeHint() const {
    return {fontMetrics().averageCharWidth() * 12, fontMetrics().height()};
}

void WrappedText::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    QTextLayout layout(m_text, font());
    layOut(layout, width());
    layout.draw(&painter, {0, 0});
}

} // namespace exeat
