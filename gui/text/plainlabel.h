#pragma once

#include <QLabel>

namespace exeat {

/**
 * A label that shows its text as it is: never markup, whatever a text looks like. For everything, not only for what an
 * agent wrote, so that none is forgotten.
 */
class PlainLabel : public QLabel {
    Q_OBJECT
public:
    enum class Role {
        Text,  ///< of ours: follows the direction of the language
        Quoted ///< paths, arguments and the like: left to right in every language, fixed width
    };

    explicit PlainLabel(const QString& text = {}, Role role = Role::Text, QWidget* parent = nullptr);
};

} // namespace exeat
