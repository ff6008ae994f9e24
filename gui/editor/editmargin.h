#pragma once

#include <QWidget>

namespace exeat {

class RulesEdit;

/** The strip left of a RulesEdit: numbers of lines and marks of diagnostics, whose shape says what their colour says.
 */
class EditMargin : public QWidget {
    Q_OBJECT
public:
    explicit EditMargin(RulesEdit& edit);

    QSize sizeHint() const override; ///< as wide as the largest number needs

protected:
    bool event(QEvent* event) override; ///< tool tips
    void paintEvent(QPaintEvent* event) override;

private:
    RulesEdit& m_edit; // its parent
};

} // namespace exeat
