#pragma once

#include <QWidget>

namespace exeat {

/**
 * Bytes of an agent over as many lines as they need: fixed width, left to right in every language, broken anywhere. A
 * label breaks between words only, and an agent's words have no end. Never markup.
 */
class WrappedText : public QWidget {
    Q_OBJECT
public:
    explicit WrappedText(const QString& text, QWidget* parent = nullptr);

    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
};

} // namespace exeat
