#include "gui/window/noticebar.h"

#include "gui/text/actionbutton.h"
#include "gui/text/plainlabel.h"
#include "gui/text/shieldicon.h"

#include <QHBoxLayout>

namespace exeat {

NoticeBar::NoticeBar(QWidget* parent) : QFrame(parent), m_text(new PlainLabel) {
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 8, 8);
    row->setSpacing(10);
    auto* icon = new QLabel;
    icon->setPixmap(shieldIcon(Shield::Warning).pixmap(QSize(24, 24)));
    icon->setAccessibleName(tr("Warning"));
    auto* close = new ActionButton(tr("Dismiss"));
    connect(close, &QPushButton::clicked, this, &NoticeBar::clear);
    row->addWidget(icon);
    row->addWidget(m_text, 1);
    row->addWidget(close);
    hide();
}

void NoticeBar::show(const QString& text) {
    m_text->setText(text);
    setAccessibleName(text);
    setVisible(true);
}

void NoticeBar::clear() {
    hide();
}

} // namespace exeat
