#include "gui/window/mainwindow.h"

#include "gui/text/quietcolour.h"
#include "gui/window/sidelist.h"

#include <QFrame>
#include <QHBoxLayout>

namespace exeat {

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent), m_side(new SideList), m_pages(new QStackedWidget) {
    setWindowTitle(tr("Exeat"));
    auto* content = new QWidget;
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(0, 10, 0, 0);
    row->setSpacing(0);
    auto* line = new QFrame;
    line->setFixedWidth(1);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    row->addWidget(m_side);
    row->addWidget(line);
    row->addWidget(m_pages, 1);
    setCentralWidget(content);
    connect(m_side, &QListWidget::currentRowChanged, m_pages, &QStackedWidget::setCurrentIndex);
    resize(1080, 720);
}

void MainWindow::add(QWidget* page, LineIcon icon, const QString& title) {
    page->setAccessibleName(title);
    m_pages->addWidget(page);
    m_side->add(icon, title);
    if (m_pages->count() == 1)
        m_side->setCurrentRow(0);
}

void MainWindow::setCount(const QWidget* page, int count) {
    for (int row = 0; row < m_pages->count(); ++row) {
        if (m_pages->widget(row) == page)
            m_side->setCount(row, count);
    }
}

void MainWindow::open(QWidget* page) {
    m_side->setCurrentRow(m_pages->indexOf(page));
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
    page->setFocus();
}

} // namespace exeat
