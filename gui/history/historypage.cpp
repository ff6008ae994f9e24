#include "gui/history/historypage.h"

#include "gui/history/detailspane.h"
#include "gui/history/filterbar.h"
#include "gui/history/historydelegate.h"
#include "gui/history/historyjson.h"
#include "gui/link/servicelink.h"
#include "gui/text/actionbutton.h"
#include "gui/text/headline.h"
#include "gui/text/quoted.h"
#include "gui/window/emptystate.h"
#include "gui/window/noticebar.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSaveFile>
#include <QScrollBar>
#include <QSplitter>
#include <QVBoxLayout>

namespace exeat {
namespace {

/** Rows before the end of what is loaded of a run at which the next page is asked for. */
constexpr int rowsAhead = 40;

} // namespace

HistoryPage::HistoryPage(ServiceLink& link, QWidget* parent)
    : QWidget(parent), m_link(link), m_loader(link, m_model), m_filter(new FilterBar), m_notice(new NoticeBar),
      m_stack(new QStackedWidget), m_tree(new QTreeView), m_empty(new EmptyState), m_details(new DetailsPane),
      m_copy(new ActionButton(tr("Copy as text"))), m_export(new ActionButton(tr("Export as JSON…"))) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 12, 20, 16);
    column->setSpacing(10);
    column->addWidget(new Headline(tr("History")));
    column->addWidget(m_filter);
    column->addWidget(m_notice);
    m_stack->addWidget(makeLists());
    m_stack->addWidget(m_empty);
    column->addWidget(m_stack, 1);
    column->addWidget(makeButtons());
    setFocusProxy(m_tree);
    connectAll();
    updateState();
}

void HistoryPage::makeTree() {
    m_tree->setModel(&m_model);
    m_tree->setItemDelegate(new HistoryDelegate(m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setAlternatingRowColors(true);
    m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_tree->setAccessibleName(tr("History"));
    m_tree->setObjectName(QStringLiteral("historyTree"));
    QHeaderView* header = m_tree->header();
    header->setStretchLastSection(false);
    header->setSectionsMovable(false);
    const int character = fontMetrics().averageCharWidth();
    const auto width = [&](HistoryModel::Column column, int characters) {
        header->resizeSection(column, characters * character);
    };
    width(HistoryModel::Time, 21);
    width(HistoryModel::Agent, 14);
    width(HistoryModel::Outcome, 16);
    width(HistoryModel::Duration, 12);
    width(HistoryModel::Exit, 9);
    header->setMinimumSectionSize(6 * character);
    header->setMinimumHeight(fontMetrics().height() + 12);
    header->setSectionResizeMode(HistoryModel::Command, QHeaderView::Stretch);
    header->setSectionResizeMode(HistoryModel::DecidedBy, QHeaderView::Stretch);
}

QWidget* HistoryPage::makeLists() {
    makeTree();
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_tree);
    splitter->addWidget(m_details);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({360, 240});
    splitter->setHandleWidth(9);
    return splitter;
}

QWidget* HistoryPage::makeButtons() {
    auto* buttons = new QWidget;
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_copy);
    row->addStretch(1);
    row->addWidget(m_export);
    return buttons;
}

void HistoryPage::connectAll() {
    connect(m_filter, &FilterBar::changed, this, &HistoryPage::filterBy);
    connect(&m_loader, &HistoryLoader::failed, m_notice, &NoticeBar::show);
    connect(&m_loader, &HistoryLoader::loaded, this, &HistoryPage::updateState);
    connect(&m_link, &ServiceLink::stateChanged, this, &HistoryPage::updateState);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &HistoryPage::showChosen);
    connect(&m_model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& first) {
        if (first.siblingAtColumn(0) == m_tree->currentIndex().siblingAtColumn(0))
            showChosen();
    });
    connect(&m_model, &QAbstractItemModel::modelReset, this, &HistoryPage::showChosen);
    connect(m_tree->verticalScrollBar(), &QScrollBar::valueChanged, this, &HistoryPage::fetchVisible);
    connect(m_copy, &QPushButton::clicked, this, &HistoryPage::copy);
    connect(m_export, &QPushButton::clicked, this, &HistoryPage::chooseFile);
}

void HistoryPage::filterBy(const HistoryFilter& filter) {
    m_notice->clear();
    m_loader.setFilter(filter);
}

void HistoryPage::updateState() {
    const bool isEmpty = m_model.runCount() == 0;
    m_stack->setCurrentIndex(isEmpty ? 1 : 0);
    m_export->setEnabled(!isEmpty);
    if (!m_loader.filter().isEmpty() && !isEmpty)
        m_tree->expandAll(); // whoever looked for commands wants to see them
    if (m_link.state() == ServiceLink::State::Gone)
        m_empty->setTexts(
            tr("The Exeat service is gone"),
            tr("%1\nIt is tried again by itself.", "what happened").arg(quoted(m_link.problem().toStdString())));
    else if (!m_loader.filter().isEmpty())
        m_empty->setTexts(tr("Nothing found"), tr("No command that is kept matches what you look for."));
    else
        m_empty->setTexts(tr("Nothing ran yet"), tr("What agents run through Exeat is listed here, with what the rules "
                                                    "said of each command, who decided, and how it ended."));
    showChosen();
}

std::vector<HistoryFact> HistoryPage::chosenFacts() const {
    const QModelIndex chosen = m_tree->currentIndex();
    const RunSummary* run = m_model.run(chosen);
    if (run == nullptr)
        return {};
    const ExecRecord* exec = m_model.exec(chosen);
    return exec != nullptr ? HistoryFacts::of(*run, *exec) : HistoryFacts::of(*run);
}

void HistoryPage::showChosen() {
    const std::vector<HistoryFact> facts = chosenFacts();
    m_copy->setEnabled(!facts.empty());
    m_details->setFacts(facts);
}

void HistoryPage::fetchVisible() {
    const QModelIndex last = m_tree->indexAt(m_tree->viewport()->rect().bottomLeft());
    const QModelIndex run = last.parent();
    if (run.isValid() && last.row() + rowsAhead > m_model.rowCount(run))
        m_model.wantMore(run);
}

void HistoryPage::copy() {
    QGuiApplication::clipboard()->setText(HistoryFacts::text(chosenFacts()));
}

void HistoryPage::chooseFile() {
    auto* dialog = new QFileDialog(this, tr("Export what is listed"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("jsonl"));
    dialog->selectFile(QStringLiteral("exeat-history.jsonl"));
    connect(dialog, &QFileDialog::fileSelected, this, &HistoryPage::save);
    dialog->open();
}

void HistoryPage::save(const QString& file) {
    QSaveFile out(file);
    // Commands may hold what others must not read.
    const bool isSaved = out.open(QIODevice::WriteOnly) &&
                         out.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
                         out.write(historyJson(m_model)) >= 0 && out.commit();
    if (isSaved)
        m_notice->clear();
    else
        m_notice->show(tr("%1 could not be written: %2. Choose another place.").arg(file, out.errorString()));
}

void HistoryPage::showEvent(QShowEvent* event) {
    m_loader.watch();
    QWidget::showEvent(event);
}

void HistoryPage::hideEvent(QHideEvent* event) {
    m_loader.rest();
    QWidget::hideEvent(event);
}

} // namespace exeat
