#pragma once

#include "gui/history/historyfacts.h"
#include "gui/history/historyloader.h"
#include "gui/history/historymodel.h"

#include <QPushButton>
#include <QStackedWidget>
#include <QTreeView>
#include <QWidget>

namespace exeat {

class DetailsPane;
class EmptyState;
class FilterBar;
class NoticeBar;
class ServiceLink;

/** What ran, why, and who decided. Keeps up with the service while it is visible. */
class HistoryPage : public QWidget {
    Q_OBJECT
public:
    explicit HistoryPage(ServiceLink& link, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeLists();
    QWidget* makeButtons();
    void makeTree();
    void connectAll();
    void filterBy(const HistoryFilter& filter);
    void updateState();
    void showChosen();
    void fetchVisible();
    std::vector<HistoryFact> chosenFacts() const;
    void copy();
    void chooseFile();
    void save(const QString& file);

    ServiceLink& m_link;
    HistoryModel m_model;
    HistoryLoader m_loader;
    FilterBar* m_filter;
    NoticeBar* m_notice;
    QStackedWidget* m_stack;
    QTreeView* m_tree;
    EmptyState* m_empty;
    DetailsPane* m_details;
    QPushButton* m_copy;
    QPushButton* m_export;
};

} // namespace exeat
