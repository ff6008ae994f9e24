#include "gui/prompt/argumentlist.h"

#include "gui/text/plainlabel.h"
#include "gui/text/quoted.h"

#include <QGridLayout>

namespace exeat {
namespace {

/** More of them, and longer ones, are told of in a row of their own: a window is no pager. */
constexpr std::size_t mostRows = 200;
constexpr std::size_t argumentBytes = 4096;

} // namespace

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
        if (static_cast<std::size_t>(row) == mostRows) {
            grid->addWidget(new PlainLabel(tr("and %n more; `exeat approvals` shows all", nullptr,
                                              static_cast<int>(argv.size() - mostRows))),
                            row, 1);
            break;
        }
        auto* number = new PlainLabel(QString::number(row), PlainLabel::Role::Quoted);
        number->setEnabled(false);
        number->setAlignment(Qt::AlignRight | Qt::AlignTop);
        number->setWordWrap(false);
        auto* text =
            new PlainLabel(word.empty() ? tr("(empty)") : quoted(word, argumentBytes), PlainLabel::Role::Quoted);
        text->setAccessibleName(tr("Argument %1: %2").arg(row).arg(text->text()));
        text->setObjectName(QStringLiteral("argument"));
        grid->addWidget(number, row, 0, Qt::AlignTop);
        grid->addWidget(text, row, 1, Qt::AlignTop);
        ++row;
    }
}

} // namespace exeat
