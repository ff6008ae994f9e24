#pragma once

#include "gui/text/lineicon.h"

#include <QMainWindow>
#include <QStackedWidget>

namespace exeat {

class SideList;

/** The one window with everything that is not a question of its own: pages beside the list of their names. */
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);

    /** `page` becomes the window's. */
    void add(QWidget* page, LineIcon icon, const QString& title);
    void setCount(const QWidget* page, int count);
    /** In front, with the focus: a person asked for it. */
    void open(QWidget* page);

private:
    SideList* m_side;
    QStackedWidget* m_pages;
};

} // namespace exeat
