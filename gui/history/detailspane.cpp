#include "gui/history/detailspane.h"

#include "gui/text/plainlabel.h"
#include "gui/text/quietcolour.h"
#include "gui/text/wrappedtext.h"

#include <QVBoxLayout>

namespace exeat {

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
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(2);
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, quietText(quiet));
    for (const HistoryFact& fact : facts) {
        auto* name = new PlainLabel(fact.name);
        name->setPalette(quiet);
        column->addWidget(name);
        QWidget* value = fact.kind == HistoryFact::Kind::Quoted ? static_cast<QWidget*>(new WrappedText(fact.value))
                                                                : new PlainLabel(fact.value);
        value->setAccessibleName(tr("%1: %2", "name, value").arg(fact.name, fact.value));
        column->addWidget(value);
        column->addSpacing(8);
    }
    if (facts.empty()) {
        auto* hint = new PlainLabel(tr("Choose a line to see all about it."));
        hint->setPalette(quiet);
        column->addWidget(hint);
    }
    column->addStretch(1);
    setWidget(content);
}

} // namespace exeat
