#include "gui/prompt/facts.h"

#include "gui/prompt/argumentlist.h"
#include "gui/text/approvalwords.h"
#include "gui/text/plainlabel.h"
#include "gui/text/quoted.h"
#include "gui/text/wrappedtext.h"

#include <QDateTime>
#include <QLocale>

namespace exeat {
namespace {

constexpr std::size_t variableBytes = 1024;
constexpr std::size_t wordsBytes = 2048;

QString lines(const std::vector<std::string>& items) {
    QStringList list;
    for (const std::string& item : items)
        list.push_back(quoted(item, variableBytes));
    return list.join(QLatin1Char('\n'));
}

} // namespace

Facts::Facts(const Approval& approval, QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(14);
    m_grid->setVerticalSpacing(8);
    m_grid->setColumnStretch(1, 1);
    addWhat(approval);
    addReasons(approval); // before the arguments, which may be long
    addArguments(approval);
    addPlace(approval);
    addAgentsWords(approval);
}

void Facts::addWhat(const Approval& approval) {
    if (approval.kind == ApprovalKind::WiderSandbox) {
        addQuoted(tr("Command"), quoted(approval.script, shownScriptBytes));
        addQuoted(tr("May write"), lines(approval.extraWritableRoots));
        addQuoted(tr("Shell"), quoted(approval.shell, variableBytes));
        return;
    }
    const Command& command = approval.command;
    addQuoted(tr("Program"), quoted(command.realPath.empty() ? command.file : command.realPath, wordsBytes));
    addText({}, ApprovalWords(approval).origin());
}

void Facts::addArguments(const Approval& approval) {
    if (approval.kind == ApprovalKind::Exec)
        addRow(tr("Arguments"), new ArgumentList(approval.command.argv));
}

void Facts::addReasons(const Approval& approval) {
    addText(tr("Asked because"), ApprovalWords(approval).reasons().join(QLatin1Char('\n')));
}

void Facts::addPlace(const Approval& approval) {
    const ApprovalWords words(approval);
    addQuoted(tr("In folder"), quoted(approval.command.workdir, wordsBytes));
    addQuoted(tr("Started by"), words.chain());
    addQuoted(tr("Variables that go along"), lines(passedEnvironment(approval)));
    addQuoted(tr("Variables left behind"), lines(approval.command.droppedEnvironment));
    addText(tr("Agent"), tr("claims to be %1").arg(words.agent()));
    addQuoted(tr("Project"), quoted(approval.projectRoot, wordsBytes));
    addQuoted(tr("Branch"), quoted(approval.branch, wordsBytes));
    if (approval.kind == ApprovalKind::Exec)
        addQuoted(tr("Whole call"), quoted(approval.script, wordsBytes));
    addText(tr("Asked at"), QLocale().toString(QDateTime::fromMSecsSinceEpoch(approval.askedAt), QLocale::ShortFormat));
}

void Facts::addAgentsWords(const Approval& approval) {
    addQuoted(tr("The agent says (not checked)"), quoted(approval.agentJustification, wordsBytes));
}

void Facts::addRow(const QString& name, QWidget* value) {
    const int row = m_grid->rowCount();
    m_grid->addWidget(value, row, 1, Qt::AlignTop);
    if (name.isEmpty())
        return;
    auto* label = new PlainLabel(name);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setMaximumWidth(170);
    label->setAlignment(Qt::AlignTop | Qt::AlignRight);
    m_grid->addWidget(label, row, 0, Qt::AlignTop);
}

void Facts::addText(const QString& name, const QString& value) {
    if (value.isEmpty())
        return;
    auto* label = new PlainLabel(value);
    label->setAccessibleName(name.isEmpty() ? value : tr("%1: %2", "name, value").arg(name, value));
    addRow(name, label);
}

void Facts::addQuoted(const QString& name, const QString& value) {
    if (value.isEmpty())
        return;
    auto* label = new WrappedText(value);
    label->setAccessibleName(tr("%1: %2", "name, value").arg(name, value));
    addRow(name, label);
}

} // namespace exeat
