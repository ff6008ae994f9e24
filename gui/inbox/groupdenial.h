#pragma once

#include <QFrame>
#include <QLineEdit>
#include <QPushButton>

namespace exeat {

class PlainLabel;

/** Asks back before many questions are denied together, and for words to the agent. Hidden until it asks. */
class GroupDenial : public QFrame {
    Q_OBJECT
public:
    explicit GroupDenial(QWidget* parent = nullptr);
    /** `who`: agent and project; takes the focus. */
    void ask(const QString& who, int count);
    void close();
    QPushButton* confirmation() const { return m_confirm; }

signals:
    void confirmed(const QString& message);
    /** It asks, or asks no more. */
    void changed();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    PlainLabel* m_text;
    QLineEdit* m_message;
    QPushButton* m_confirm;
};

} // namespace exeat
