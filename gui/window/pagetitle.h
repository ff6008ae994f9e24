#pragma once

#include "gui/text/plainlabel.h"

namespace exeat {

/** The name of a page, at its top. */
class PageTitle : public PlainLabel {
    Q_OBJECT
public:
    explicit PageTitle(const QString& text, QWidget* parent = nullptr) : PlainLabel(text, parent) {
        QFont large = font();
        large.setPointSizeF(large.pointSizeF() * 1.45);
        large.setBold(true);
        setFont(large);
    }
};

} // namespace exeat
