#pragma once

#include <QLabel>

namespace exeat {

/**
 * A label that shows its text as it is: never markup, whatever a text looks like. For everything of ours; what an agent
 * wrote goes into a WrappedText, which breaks words that have no end.
 */
class PlainLabel : public QLabel {
    Q_OBJECT
public:
    explicit PlainLabel(const QString& text = {}, QWidget* parent = nullptr);
};

} // namespace exeat
