#pragma once

#include <QFrame>

namespace exeat {

class PlainLabel;

/** One thing that went wrong on a page, above what it shows: what happened and what next. Hidden while there is none.
 */
class NoticeBar : public QFrame {
    Q_OBJECT
public:
    explicit NoticeBar(QWidget* parent = nullptr);
    void show(const QString& text);
    void clear();

private:
    PlainLabel* m_text;
};

} // namespace exeat
