#include "gui/prompt/flaglist.h"

#include "gui/text/plainlabel.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace exeat {

FlagList::FlagList(const QStringList& flags, QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    for (const QString& flag : flags) {
        auto* row = new QHBoxLayout;
        // The text stands beside the box: a check box would take "&" for a mnemonic, and does not wrap.
        auto* box = new QCheckBox;
        box->setAccessibleName(tr("I have read: %1").arg(flag));
        box->setFocusPolicy(Qt::TabFocus);
        connect(box, &QCheckBox::toggled, this, &FlagList::changed);
        m_boxes.push_back(box);
        row->addWidget(box, 0, Qt::AlignTop);
        row->addWidget(new PlainLabel(flag), 1);
        column->addLayout(row);
    }
}

bool FlagList::allTicked() const {
    return std::ranges::all_of(m_boxes, [](const QCheckBox* box) { return box->isChecked(); });
}

} // namespace exeat
