#include "gui/prompt/ladder.h"

#include "gui/link/servicelink.h"
#include "gui/text/actionbutton.h"
#include "gui/text/plainlabel.h"
#include "gui/text/quoted.h"
#include "gui/text/wrappedtext.h"
#include "shared/base/paths.h"

#include <QGridLayout>
#include <QRadioButton>
#include <QVBoxLayout>

#include <algorithm>

namespace exeat {
namespace {

constexpr std::size_t ruleBytes = 2048;
constexpr std::uint32_t pastCommands = 2000;

} // namespace

Ladder::Ladder(const Approval& approval, ServiceLink& link, QWidget* parent)
    : QWidget(parent), m_approval(approval), m_link(link), m_rungs(widerRungs(approval)), m_plan(new PlainLabel) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(12);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    column->addWidget(new PlainLabel(tr("What shall be allowed from now on, without a question?")));
    auto* grid = new QGridLayout;
    grid->setColumnStretch(1, 1);
    for (std::size_t rung = 0; rung <= m_rungs.size(); ++rung) {
        const int row = static_cast<int>(rung);
        auto* button = new QRadioButton;
        auto* text = new WrappedText(textOf(rung));
        auto* count = new PlainLabel;
        button->setAccessibleName(text->text());
        count->setForegroundRole(QPalette::PlaceholderText);
        grid->addWidget(button, 2 * row, 0, Qt::AlignTop);
        grid->addWidget(text, 2 * row, 1);
        grid->addWidget(count, 2 * row + 1, 1);
        m_buttons.addButton(button, row);
        m_counts.push_back(count);
    }
    column->addLayout(grid);
    column->addWidget(m_plan);
    auto* back = new ActionButton(tr("Back"));
    back->setObjectName(QStringLiteral("back"));
    connect(back, &QPushButton::clicked, this, &Ladder::left);
    column->addWidget(back, 0, Qt::AlignLeft);
    column->addStretch(1);
    m_buttons.button(0)->setChecked(true);
    connect(&m_buttons, &QButtonGroup::idToggled, this, [this](int, bool checked) {
        if (checked)
            choose();
    });
    choose();
    countPast();
}

QString Ladder::textOf(std::size_t rung) const {
    if (rung == 0)
        return tr("exactly: %1").arg(QString::fromStdString(visibleCommand(m_approval.command.argv, ruleBytes)));
    std::vector<std::string> words;
    for (const PatternToken& token : m_rungs[rung - 1].rule.pattern)
        words.push_back(token.anyOf.front());
    return QString::fromStdString(visibleCommand(words, ruleBytes)) + QStringLiteral(" …");
}

const Rung* Ladder::chosen() const {
    const int id = m_buttons.checkedId();
    return id <= 0 ? nullptr : &m_rungs[static_cast<std::size_t>(id - 1)];
}

void Ladder::choose() {
    m_planHash.clear();
    ++m_asked;
    const Rung* rung = chosen();
    if (rung == nullptr) {
        m_plan->setText(tr("A rule for this command and these arguments goes into your own rules."));
    } else {
        m_plan->setText(tr("Asking what would be written…"));
        m_link.ask(wire::AddRule{0, wire::RulesTarget::User, {}, rung->rule, {}}, this,
                   [this, asked = m_asked](const Result<wire::ControlReply>& reply) {
                       if (asked == m_asked)
                           showPlan(reply);
                   });
    }
    emit changed();
}

void Ladder::showPlan(const Result<wire::ControlReply>& reply) {
    const auto* plan = reply ? std::get_if<wire::RulesEditPlan>(&*reply) : nullptr;
    if (plan == nullptr) {
        m_plan->setText(reply ? tr("The service answered something else; choose again.") : quoted(reply.error().text));
        return;
    }
    QStringList lines;
    for (const std::string& line : plan->addedLines)
        lines.push_back(quoted(line, ruleBytes));
    QString text = tr("Into %1 goes:\n%2").arg(quoted(plan->file, ruleBytes), lines.join(QLatin1Char('\n')));
    if (m_approval.equalsNoSandbox)
        text += QLatin1Char('\n') + tr("This program can start any other: such a rule equals no sandbox.");
    m_plan->setText(text);
    m_planHash = plan->contentHash;
    emit changed();
}

void Ladder::countPast() {
    HistoryQuery query;
    query.text = baseName(m_approval.command.argv.front());
    query.most = pastCommands;
    m_link.ask(wire::QueryHistory{0, query}, this, [this](const Result<wire::ControlReply>& reply) {
        const auto* page = reply ? std::get_if<wire::HistoryPage>(&*reply) : nullptr;
        if (page == nullptr)
            return;
        std::vector<std::vector<std::string>> argvs;
        for (const ExecRecord& record : page->records)
            argvs.push_back(record.argv);
        const auto exact = std::ranges::count(argvs, m_approval.command.argv);
        m_counts.front()->setText(tr("commands of the past: %1").arg(exact));
        for (std::size_t i = 0; i < m_rungs.size(); ++i)
            m_counts[i + 1]->setText(tr("commands of the past: %1").arg(coveredBy(m_rungs[i], argvs)));
    });
}

} // namespace exeat
