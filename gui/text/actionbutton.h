#pragma once

#include <QPushButton>

namespace exeat {

/** With room around its text, and never the answer to a key that was meant for something else. */
class ActionButton : public QPushButton {
    Q_OBJECT
public:
    explicit ActionButton(const QString& text = {}, QWidget* parent = nullptr) : QPushButton(text, parent) {
        setAutoDefault(false);
        setMinimumHeight(fontMetrics().height() + 14);
    }
    QSize sizeHint() const override { return QPushButton::sizeHint() + QSize(2 * fontMetrics().averageCharWidth(), 0); }
    QSize minimumSizeHint() const override { return sizeHint(); }
};

} // namespace exeat
