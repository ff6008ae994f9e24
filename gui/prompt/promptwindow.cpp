#include "gui/prompt/promptwindow.h"

#include "gui/link/servicelink.h"
#include "gui/prompt/facts.h"
#include "gui/prompt/flaglist.h"
#include "gui/prompt/ladder.h"
#include "gui/text/actionbutton.h"
#include "gui/text/approvalwords.h"
#include "gui/text/headline.h"
#include "gui/text/plainlabel.h"
#include "gui/text/quoted.h"
#include "gui/text/shieldicon.h"
#include "shared/base/limits.h"
#include "shared/domain/lastinganswer.h"

#include <QCloseEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QScrollArea>
#include <QShortcut>
#include <QTimer>
#include <QVBoxLayout>

#include <utility>

namespace exeat {
namespace {

using namespace std::chrono_literals;

/** What became of it stays to be read for so long. */
constexpr auto untilClosed = 6s;

constexpr std::int64_t minute = 60;

QPushButton* button(const QString& text, const QString& name) {
    auto* made = new ActionButton(text);
    made->setObjectName(name);
    return made;
}

} // namespace

PromptWindow::PromptWindow(Approval approval, ServiceLink& link, QWidget* parent)
    : QWidget(parent, Qt::Window), m_approval(std::move(approval)), m_link(link), m_arming(this) {
    setAttribute(Qt::WA_DeleteOnClose);
    setAttribute(Qt::WA_ShowWithoutActivating);
    setWindowTitle(tr("Exeat asks: %1").arg(ApprovalWords(m_approval).who()));
    setFocusPolicy(Qt::StrongFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 16);
    column->setSpacing(14);
    column->addWidget(makeHeader());
    m_pages = new QStackedWidget;
    m_pages->addWidget(makeBody());
    column->addWidget(m_pages, 1);
    column->addWidget(makeAnswers());
    connect(&m_arming, &Arming::changed, this, &PromptWindow::updateButtons);
    auto* chord = new QShortcut(QKeySequence(tr("Ctrl+Alt+A", "allow once")), this);
    connect(chord, &QShortcut::activated, this, [this] {
        if (m_ladder == nullptr)
            allow();
    });
    resize(680, 640);
    updateButtons();
    setFocus();
}

QWidget* PromptWindow::makeHeader() {
    const ApprovalWords words(m_approval);
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(14);
    auto* icon = new QLabel;
    const bool isRisky = !words.flags().isEmpty();
    icon->setPixmap(shieldIcon(isRisky ? Shield::Warning : Shield::Question).pixmap(QSize(48, 48)));
    icon->setAccessibleName(isRisky ? tr("Warning") : tr("Question"));
    row->addWidget(icon, 0, Qt::AlignTop);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(4);
    auto* verb = new Headline(words.verb());
    verb->setObjectName(QStringLiteral("verb"));
    texts->addWidget(verb);
    texts->addWidget(new PlainLabel(tr("Asked by %1.", "agent in project").arg(words.who())));
    texts->addWidget(new PlainLabel(words.consequence()));
    row->addLayout(texts, 1);
    return header;
}

QWidget* PromptWindow::makeBody() {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(14);
    column->addWidget(new Facts(m_approval));
    column->addStretch(1);
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    auto* area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::StyledPanel);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setAccessibleName(tr("What is asked"));
    return area;
}

QWidget* PromptWindow::makeAnswers() {
    auto* answers = new QWidget;
    auto* column = new QVBoxLayout(answers);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    m_flags = new FlagList(ApprovalWords(m_approval).flags());
    connect(m_flags, &FlagList::changed, this, &PromptWindow::updateButtons);
    column->addWidget(m_flags);
    m_message = new QLineEdit;
    m_message->setPlaceholderText(tr("Message to the agent if you deny (optional)"));
    m_message->setAccessibleName(m_message->placeholderText());
    m_message->setMaxLength(2000);
    m_message->setFocusPolicy(Qt::StrongFocus);
    column->addWidget(m_message);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_deny = button(tr("Deny"), QStringLiteral("deny"));
    connect(m_deny, &QPushButton::clicked, this, [this] { answer(AnswerKind::Deny); });
    auto* later = button(tr("Later"), QStringLiteral("later"));
    connect(later, &QPushButton::clicked, this, &QWidget::close);
    m_allow = button(tr("Allow once"), QStringLiteral("allow"));
    m_allow->setToolTip(tr("Ctrl+Alt+A"));
    connect(m_allow, &QPushButton::clicked, this, &PromptWindow::allow);
    m_more = makeMoreButton();
    m_hint = new PlainLabel;
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_hint->setAccessibleName(tr("State of this question"));
    row->addWidget(m_deny);
    row->addWidget(later);
    row->addSpacing(24);
    row->addWidget(m_hint, 1);
    row->addSpacing(24);
    row->addWidget(m_more);
    row->addWidget(m_allow);
    column->addLayout(row);
    return answers;
}

QToolButton* PromptWindow::makeMoreButton() {
    auto* more = new QToolButton;
    more->setText(tr("More answers"));
    more->setPopupMode(QToolButton::InstantPopup);
    more->setFocusPolicy(Qt::TabFocus);
    more->setObjectName(QStringLiteral("more"));
    auto* menu = new QMenu(more);
    menu->setToolTipsVisible(true);
    addLasting(menu, tr("Allow for this session"), AnswerKind::AllowSession);
    addLasting(menu, tr("Allow for 15 minutes"), AnswerKind::AllowFor, 15 * minute);
    addLasting(menu, tr("Allow for 1 hour"), AnswerKind::AllowFor, 60 * minute);
    addLasting(menu, tr("Allow for 8 hours"), AnswerKind::AllowFor, 480 * minute);
    addChoice(menu, tr("Always allow…"), AnswerKind::AllowAlways, [this] { openLadder(); });
    menu->addSeparator();
    addLasting(menu, tr("Always deny"), AnswerKind::DenyAlways);
    more->setMenu(menu);
    return more;
}

void PromptWindow::addLasting(QMenu* menu, const QString& text, AnswerKind kind, std::int64_t seconds) {
    addChoice(menu, text, kind, [this, kind, seconds] { answer(kind, seconds); });
}

void PromptWindow::addChoice(QMenu* menu, const QString& text, AnswerKind kind, const std::function<void()>& chosen) {
    const std::string whyNot = whyNotLasting(m_approval, kind);
    QAction* action = menu->addAction(text, this, chosen);
    action->setEnabled(whyNot.empty());
    if (!whyNot.empty()) // a tool tip that could be taken for markup would be shown as such
        action->setToolTip(quoted(whyNot).toHtmlEscaped());
}

/** What is shown is another thing from now on: it is to be looked at anew. */
void PromptWindow::openLadder() {
    if (!mayAllow())
        return;
    m_ladder = new Ladder(m_approval, m_link);
    connect(m_ladder, &Ladder::changed, this, [this] { m_arming.restart(); });
    auto* area = new QScrollArea;
    area->setWidget(m_ladder);
    area->setWidgetResizable(true);
    area->setAccessibleName(tr("What to allow always"));
    connect(m_ladder, &Ladder::left, this, [this, area] {
        m_ladder = nullptr;
        m_pages->removeWidget(area);
        area->deleteLater();
        showAnswers();
    });
    m_pages->setCurrentIndex(m_pages->addWidget(area));
    showAnswers();
}

void PromptWindow::showAnswers() {
    const bool lasting = m_ladder != nullptr;
    m_allow->setText(lasting ? tr("Always allow") : tr("Allow once"));
    m_allow->setToolTip(lasting ? QString() : tr("Ctrl+Alt+A"));
    m_more->setVisible(!lasting);
    m_arming.restart();
}

bool PromptWindow::mayAllow() const {
    return !m_finished && !m_sent && m_flags->allTicked() && m_arming.isArmed(Arming::Answer::Allow) &&
           (m_ladder == nullptr || m_ladder->isReady());
}

void PromptWindow::allow() {
    if (m_ladder == nullptr)
        answer(AnswerKind::AllowOnce);
    else if (m_ladder->chosen() == nullptr)
        answer(AnswerKind::AllowAlways);
    else
        addRuleThenAllow();
}

void PromptWindow::addRuleThenAllow() {
    if (!mayAllow())
        return;
    m_sent = true;
    m_hint->setText(tr("Writing the rule…"));
    updateButtons();
    const wire::AddRule rule{0, wire::RulesTarget::User, {}, m_ladder->chosen()->rule, m_ladder->planHash()};
    m_link.ask(rule, this, [this](const Result<wire::ControlReply>& reply) {
        if (reply)
            send({m_approval.id, m_approval.contentHash, AnswerKind::AllowOnce, 0, {}});
        else
            retry(reply.error());
    });
}

void PromptWindow::updateButtons() {
    const bool open = !m_finished && !m_sent;
    m_deny->setEnabled(open && m_arming.isArmed(Arming::Answer::Deny));
    m_allow->setEnabled(mayAllow());
    m_more->setEnabled(mayAllow());
    m_message->setEnabled(open);
    if (open)
        m_hint->setText(m_flags->allTicked() ? QString() : tr("Tick what you have read to allow it"));
}

void PromptWindow::answer(AnswerKind kind, std::int64_t seconds) {
    const bool denies = kind == AnswerKind::Deny || kind == AnswerKind::DenyAlways;
    // Here, and not by the buttons: whatever way led here, nothing is answered unseen.
    const bool may = denies ? !m_finished && !m_sent && m_arming.isArmed(Arming::Answer::Deny) : mayAllow();
    if (!may)
        return;
    send({m_approval.id, m_approval.contentHash, kind, seconds,
          denies ? m_message->text().toStdString() : std::string()});
}

void PromptWindow::send(const Answer& answer) {
    m_sent = true;
    m_hint->setText(tr("Sending your answer…"));
    updateButtons();
    m_link.ask(wire::AnswerApproval{0, answer}, this, [this](const Result<wire::ControlReply>& reply) {
        if (reply) {
            close();
            return;
        }
        retry(reply.error());
    });
}

void PromptWindow::retry(const Error& error) {
    m_sent = false;
    m_arming.restart();
    updateButtons();
    m_hint->setText(quoted(error.text));
}

void PromptWindow::settle(const Decision& decision) {
    if (m_sent && decision.source == AnswerSource::Desktop)
        close();
    else
        finish(settledWords(decision));
}

void PromptWindow::loseService() {
    finish(tr("The Exeat service is gone, and with it this question. Nothing was allowed."));
}

void PromptWindow::finish(const QString& text) {
    if (m_finished)
        return;
    m_finished = true;
    updateButtons();
    m_hint->setText(text);
    m_hint->setForegroundRole(QPalette::WindowText);
    m_hint->setAccessibleName(text);
    QTimer::singleShot(untilClosed, this, &QWidget::close);
}

void PromptWindow::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        close(); // later: nothing is answered
    else
        QWidget::keyPressEvent(event);
}

void PromptWindow::closeEvent(QCloseEvent* event) {
    emit closed(m_approval.id);
    QWidget::closeEvent(event);
}

} // namespace exeat
