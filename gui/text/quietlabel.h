#pragma once

#include "gui/text/plainlabel.h"

namespace exeat {

/** For what is less important, yet must be read: quietText() of whatever palette holds. */
class QuietLabel : public PlainLabel {
    Q_OBJECT
public:
    explicit QuietLabel(const QString& text = {}, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void takeColour();
};

} // namespace exeat
