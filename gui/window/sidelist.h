#pragma once

#include "gui/text/lineicon.h"

#include <QListWidget>

namespace exeat {

/** The names of the pages, with a number beside those where something waits. */
class SideList : public QListWidget {
    Q_OBJECT
public:
    explicit SideList(QWidget* parent = nullptr);
    void add(LineIcon icon, const QString& title);
    /** 0: none. */
    void setCount(int row, int count);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }
};

} // namespace exeat
