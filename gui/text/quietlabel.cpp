#include "gui/text/quietlabel.h"

#include "gui/text/quietcolour.h"

#include <QApplication>
#include <QEvent>

namespace exeat {

QuietLabel::QuietLabel(const QString& text, QWidget* parent) : PlainLabel(text, parent) {
    takeColour();
}

void QuietLabel::takeColour() {
    const QColor colour = quietText(QApplication::palette());
    QPalette own = palette();
    if (own.color(QPalette::WindowText) == colour && own.color(QPalette::Text) == colour)
        return;
    own.setColor(QPalette::WindowText, colour);
    own.setColor(QPalette::Text, colour); // where it stands on Base
    setPalette(own);
}

void QuietLabel::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ApplicationPaletteChange)
        takeColour();
    PlainLabel::changeEvent(event);
}

} // namespace exeat
