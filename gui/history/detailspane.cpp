#include "gui/history/detailspane.h"

#include "gui/text/quietlabel.h"
#include "gui/text/wrappedtext.h"

#include <QGridLayout>

namespace exeat {
namespace {

QWidget* nameLabel(const QString& name) {
    auto* label = new QuietLabel(name);
    label->setAlignment(Qt::AlignTop | Qt::AlignTrailing);
    label->setFixedWidth(label->fontMetrics().averageCharWidth() * 19);
    return label;
}

QWidget* valueOf(const HistoryFact& fact) {
    QWidget* value = fact.kind == HistoryFact::Kind::Quoted ? static_cast<QWidget*>(new WrappedText(fact.value))
                                                            : new PlainLabel(fact.value);
    value->setAccessibleName(DetailsPane::tr("%1: %2", "name, value").arg(fact.name, fact.value));
    return value;
}

} // namespace

DetailsPane::DetailsPane(QWidget* parent) : QScrollArea(parent) {
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Details"));
    setFocusPolicy(Qt::StrongFocus);
    setFacts({});
}

void DetailsPane::setFacts(const std::vector<HistoryFact>& facts) {
    auto* content = new QWidget;
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    auto* grid = new QGridLayout(content);
    grid->setContentsMargins(14, 12, 14, 12);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const HistoryFact& fact : facts) {
        grid->addWidget(nameLabel(fact.name), row, 0, Qt::AlignTop);
        grid->addWidget(valueOf(fact), row, 1);
        ++row;
    }
    if (facts.empty()) {
        grid->addWidget(new QuietLabel(tr("Choose a line to see all about it.")), row++, 0, 1, 2);
    }
    grid->setRowStretch(row, 1);
    setWidget(content);
}

} // namespace exeat
