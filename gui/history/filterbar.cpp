#include "gui/history/filterbar.h"

#include "gui/text/historywords.h"

#include <QHBoxLayout>

#include <chrono>

namespace exeat {
namespace {

using namespace std::chrono_literals;

constexpr int anyOutcome = -1;

} // namespace

FilterBar::FilterBar(QWidget* parent)
    : QWidget(parent), m_text(new QLineEdit), m_outcome(new QComboBox), m_asked(new QCheckBox(tr("Asked only"))) {
    m_text->setPlaceholderText(tr("Find a program or an argument"));
    m_text->setAccessibleName(m_text->placeholderText());
    m_text->setClearButtonEnabled(true);
    m_text->setMaxLength(200);
    for (QWidget* field : {static_cast<QWidget*>(m_text), static_cast<QWidget*>(m_outcome)})
        field->setMinimumHeight(fontMetrics().height() + 14);
    m_outcome->setAccessibleName(tr("Outcome"));
    m_outcome->addItem(tr("Any outcome"), anyOutcome);
    for (const Verdict verdict : {Verdict::Escalate, Verdict::Inside, Verdict::Deny})
        m_outcome->addItem(HistoryWords::outcome(verdict), static_cast<int>(verdict));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(m_text, 1);
    row->addWidget(m_outcome);
    row->addWidget(m_asked);
    m_typed.setSingleShot(true);
    m_typed.setInterval(250ms);
    const auto tell = [this] { emit changed(filter()); };
    connect(m_text, &QLineEdit::textChanged, &m_typed, qOverload<>(&QTimer::start));
    connect(&m_typed, &QTimer::timeout, this, tell);
    connect(m_outcome, &QComboBox::currentIndexChanged, this, tell);
    connect(m_asked, &QCheckBox::toggled, this, tell);
    setFocusProxy(m_text);
}

HistoryFilter FilterBar::filter() const {
    HistoryFilter filter;
    filter.text = m_text->text();
    if (const int outcome = m_outcome->currentData().toInt(); outcome != anyOutcome)
        filter.outcome = static_cast<Verdict>(outcome);
    filter.askedOnly = m_asked->isChecked();
    return filter;
}

} // namespace exeat
