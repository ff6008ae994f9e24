#include "gui/prompt/argumentlist.h"

#include "gui/text/approvalwords.h"
#include "gui/text/plainlabel.h"
#include "gui/text/quoted.h"
#include "gui/text/wrappedtext.h"

#include <QGridLayout>

namespace exeat {
ArgumentList::ArgumentList(const std::vector<std::string>& argv, QWidget* parent) : QWidget(parent) {
    setLayoutDirection(Qt::LeftToRight);
    setObjectName(QStringLiteral("argumentList"));
    setAccessibleName(tr("Arguments"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const std::string& word : argv) {
        if (static_cast<std::size_t>(row) == shownArguments) {
            grid->addWidget(new PlainLabel(tr("and %n more; `exeat approvals` shows all", nullptr,
                                              static_cast<int>(argv.size() - shownArguments))),
                            row, 1);
            break;
        }
        auto* number = new PlainLabel(QString::number(row));
        number->setEnabled(false);
        number->setAlignment(Qt::AlignRight | Qt::AlignTop);
        number->setWordWrap(false);
        auto* text = new WrappedText(word.empty() ? tr("(empty)") : quoted(word, shownArgumentBytes));
        text->setAccessibleName(tr("Argument %1: %2").arg(row).arg(text->text()));
        text->setObjectName(QStringLiteral("argument"));
        grid->addWidget(number, row, 0, Qt::AlignTop);
        grid->addWidget(text, row, 1, Qt::AlignTop);
        ++row;
    }
}

} // namespace exeat
