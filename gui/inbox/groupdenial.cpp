#include "gui/inbox/groupdenial.h"

#include "gui/text/actionbutton.h"
#include "gui/text/plainlabel.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLocale>
#include <QVBoxLayout>

namespace exeat {

GroupDenial::GroupDenial(QWidget* parent)
    : QFrame(parent), m_text(new PlainLabel), m_message(new QLineEdit), m_confirm(new ActionButton) {
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_message->setPlaceholderText(tr("Message to the agent (optional)"));
    m_message->setAccessibleName(m_message->placeholderText());
    m_message->setMaxLength(2000);
    m_message->setMinimumHeight(fontMetrics().height() + 14);
    m_confirm->setObjectName(QStringLiteral("confirmDenyAll"));
    auto* cancel = new ActionButton(tr("Cancel"));
    connect(cancel, &QPushButton::clicked, this, &GroupDenial::close);
    connect(m_confirm, &QPushButton::clicked, this, [this] { emit confirmed(m_message->text()); });
    auto* row = new QHBoxLayout;
    row->addWidget(m_message, 1);
    row->addWidget(cancel);
    row->addWidget(m_confirm);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->addWidget(m_text);
    column->addLayout(row);
    hide();
}

void GroupDenial::ask(const QString& who, int count) {
    m_text->setText(
        tr("Deny everything that %1 asks now? It is told so, with your message.", "agent in project").arg(who));
    m_confirm->setText(tr("Deny all %1", "number of questions").arg(QLocale().toString(count)));
    m_message->clear();
    show();
    emit changed();
    m_message->setFocus();
}

void GroupDenial::close() {
    if (isHidden())
        return;
    hide();
    emit changed();
}

void GroupDenial::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        close();
    else
        QFrame::keyPressEvent(event);
}

} // namespace exeat
