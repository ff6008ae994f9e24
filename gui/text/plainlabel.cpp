#include "gui/text/plainlabel.h"

#include <QFontDatabase>

namespace exeat {

PlainLabel::PlainLabel(const QString& text, Role role, QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    setWordWrap(true);
    if (role == Role::Quoted) {
        setLayoutDirection(Qt::LeftToRight);
        setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    }
    setText(text);
}

} // namespace exeat
