#include "gui/window/emptystate.h"

#include "gui/text/quietlabel.h"

#include <QVBoxLayout>

#include <algorithm>

namespace exeat {

EmptyState::EmptyState(QWidget* parent) : QWidget(parent), m_title(new PlainLabel), m_text(new QuietLabel) {
    QFont large = m_title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    m_title->setFont(large);
    for (PlainLabel* label : {m_title, static_cast<PlainLabel*>(m_text)}) {
        label->setAlignment(Qt::AlignCenter);
        label->setFixedWidth(fontMetrics().averageCharWidth() * 62);
    }
    auto* column = new QVBoxLayout(this);
    column->setSpacing(10);
    column->addStretch(2);
    column->addWidget(m_title, 0, Qt::AlignHCenter);
    column->addWidget(m_text, 0, Qt::AlignHCenter);
    column->addStretch(3);
}

void EmptyState::setTexts(const QString& title, const QString& text) {
    m_title->setText(title);
    m_text->setText(text);
    // A centred label is given the height of its hint, not that of its width.
    for (PlainLabel* label : {m_title, static_cast<PlainLabel*>(m_text)})
        label->setFixedHeight(std::max(0, label->heightForWidth(label->maximumWidth()))); // of no text it is none
}

} // namespace exeat
