#pragma once

#include "gui/history/historyfilter.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QTimer>
#include <QWidget>

namespace exeat {

/** What to look for in the history. */
class FilterBar : public QWidget {
    Q_OBJECT
public:
    explicit FilterBar(QWidget* parent = nullptr);
    HistoryFilter filter() const;

signals:
    /** A moment after the last key. */
    void changed(const exeat::HistoryFilter& filter);

private:
    QLineEdit* m_text;
    QComboBox* m_outcome;
    QCheckBox* m_asked;
    QTimer m_typed;
};

} // namespace exeat
