#pragma once

#include "gui/editor/diagnostic.h"

#include <QColor>

class QPalette;

namespace exeat {

/** The colours of the editor that are not the theme's, all from the palette: they fit any, and follow it. */
struct EditColours {
    explicit EditColours(const QPalette& palette);

    QColor currentLine; ///< background
    QColor bracket;     ///< background of a pair
    QColor margin;      ///< background
    QColor lineNumber;
    QColor currentLineNumber;
    QColor note;
    QColor warning;
    QColor error;

    QColor of(Severity severity) const;
};

/** Contrast as WCAG 2.1 has it, 1 to 21. */
double contrast(const QColor& one, const QColor& other);

/** The colour, moved towards `text` until it can be read on the ground (a contrast of 4.5), or is `text`. */
QColor readable(const QColor& colour, const QColor& ground, const QColor& text);

} // namespace exeat
