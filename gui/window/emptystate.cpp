#include "gui/window/emptystate.h"

#include "gui/text/plainlabel.h"

#include <QVBoxLayout>

namespace exeat {

EmptyState::EmptyState(QWidget* parent) : QWidget(parent), m_title(new PlainLabel), m_text(new PlainLabel) {
    QFont large = m_title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    m_title->setFont(large);
    for (PlainLabel* label : {m_title, m_text}) {
        label->setAlignment(Qt::AlignCenter);
        label->setFixedWidth(fontMetrics().averageCharWidth() * 62);
    }
    m_text->setForegroundRole(QPalette::PlaceholderText);
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
}

} // namespace exeat
