#pragma once

#include "gui/text/plainlabel.h"

namespace exeat {

/** What a page or a question is about, at its top. */
class Headline : public PlainLabel {
    Q_OBJECT
public:
    explicit Headline(const QString& text, QWidget* parent = nullptr) : PlainLabel(text, parent) {
        QFont large = font();
        large.setPointSizeF(large.pointSizeF() * 1.45);
        large.setBold(true);
        setFont(large);
    }
};

} // namespace exeat
