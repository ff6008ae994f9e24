#pragma once

#include <QWidget>

namespace exeat {

class PlainLabel;

/** What stands where nothing is listed: why that is so, and what will be there. */
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent = nullptr);
    void setTexts(const QString& title, const QString& text);

private:
    PlainLabel* m_title;
    PlainLabel* m_text;
};

} // namespace exeat
