#pragma once

#include <QWidget>

namespace exeat {

class PlainLabel;
class QuietLabel;

/** What stands where nothing is listed: why that is so, and what will be there. */
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent = nullptr);
    void setTexts(const QString& title, const QString& text);

private:
    PlainLabel* m_title;
    QuietLabel* m_text;
};

} // namespace exeat
