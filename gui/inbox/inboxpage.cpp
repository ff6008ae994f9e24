#include "gui/inbox/inboxpage.h"

#include "gui/inbox/groupdenial.h"
#include "gui/inbox/inboxdelegate.h"
#include "gui/inbox/missedsection.h"
#include "gui/link/openapprovals.h"
#include "gui/link/servicelink.h"
#include "gui/text/actionbutton.h"
#include "gui/text/headline.h"
#include "gui/text/plainlabel.h"
#include "gui/text/quoted.h"
#include "gui/window/emptystate.h"
#include "gui/window/noticebar.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QMenu>
#include <QVBoxLayout>

namespace exeat {
namespace {

using namespace std::chrono_literals;

QPushButton* button(const QString& text, const QString& name) {
    auto* made = new ActionButton(text);
    made->setObjectName(name);
    return made;
}

} // namespace

InboxPage::InboxPage(ServiceLink& link, const OpenApprovals& approvals, QWidget* window)
    : m_link(link), m_approvals(approvals), m_model(approvals), m_arming(window), m_denials(link),
      m_summary(new PlainLabel), m_notice(new NoticeBar), m_stack(new QStackedWidget), m_list(new QListView),
      m_empty(new EmptyState), m_groupDenial(new GroupDenial), m_missed(new MissedSection(link, approvals)),
      m_actions(new QWidget) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 12, 20, 16);
    column->setSpacing(10);
    column->addWidget(new Headline(tr("Open questions")));
    column->addWidget(m_summary);
    column->addWidget(m_notice);
    m_stack->addWidget(makeList());
    m_stack->addWidget(m_empty);
    column->addWidget(m_stack, 1);
    column->addWidget(m_groupDenial);
    column->addWidget(makeActions());
    column->addWidget(m_missed);
    setFocusProxy(m_list);
    m_ages.setInterval(1s);
    connectAll();
    updateState();
}

QWidget* InboxPage::makeList() {
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new InboxDelegate(m_list));
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->viewport()->setBackgroundRole(QPalette::Window);
    m_list->setAccessibleName(tr("Open questions"));
    m_list->setAccessibleDescription(tr("Enter reviews a question."));
    m_list->setObjectName(QStringLiteral("inboxList"));
    return m_list;
}

QWidget* InboxPage::makeActions() {
    m_message = new QLineEdit;
    m_message->setPlaceholderText(tr("Message to the agent if you deny (optional)"));
    m_message->setAccessibleName(m_message->placeholderText());
    m_message->setMaxLength(2000);
    m_message->setMinimumHeight(fontMetrics().height() + 14);
    m_deny = button(tr("Deny"), QStringLiteral("deny"));
    m_denyAll = button(tr("Deny all of this group…"), QStringLiteral("denyAll"));
    m_review = button(tr("Review"), QStringLiteral("review"));
    m_review->setToolTip(tr("Enter"));
    auto* row = new QHBoxLayout(m_actions);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_denyAll);
    row->addWidget(m_deny);
    row->addWidget(m_message, 1);
    row->addSpacing(16);
    row->addWidget(m_review);
    return m_actions;
}

void InboxPage::connectAll() {
    connect(m_list, &QAbstractItemView::activated, this, &InboxPage::review);
    connect(m_list, &QWidget::customContextMenuRequested, this, &InboxPage::showMenu);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        m_arming.restart(); // another question stands where the button was meant for the last one
        updateButtons();
    });
    connect(m_review, &QPushButton::clicked, this, &InboxPage::review);
    connect(m_deny, &QPushButton::clicked, this, &InboxPage::denyOne);
    connect(m_denyAll, &QPushButton::clicked, this, &InboxPage::askForGroup);
    connect(m_groupDenial, &GroupDenial::confirmed, this, &InboxPage::denyGroup);
    connect(m_groupDenial, &GroupDenial::changed, this, [this] {
        updateState();
        m_list->scrollTo(m_list->currentIndex());
    });
    connect(&m_arming, &Arming::changed, this, &InboxPage::updateButtons);
    connect(&m_denials, &Denials::finished, this, &InboxPage::finishDenials);
    connect(m_missed, &MissedSection::failed, m_notice, &NoticeBar::show);
    connect(&m_approvals, &OpenApprovals::countChanged, this, &InboxPage::updateState);
    connect(&m_link, &ServiceLink::stateChanged, this, [this] {
        updateState();
        if (isVisible())
            m_missed->load();
    });
    connect(&m_ages, &QTimer::timeout, m_list->viewport(), qOverload<>(&QWidget::update));
}

void InboxPage::updateState() {
    const bool isConnected = m_link.state() == ServiceLink::State::Connected;
    const bool hasQuestions = m_model.rowCount() > 0;
    m_stack->setCurrentIndex(hasQuestions ? 0 : 1);
    m_summary->setVisible(hasQuestions);
    m_summary->setText(tr("An agent waits until you answer. Nothing is allowed meanwhile."));
    if (!hasQuestions)
        m_groupDenial->close();
    m_actions->setVisible(hasQuestions && m_groupDenial->isHidden());
    if (isConnected)
        m_empty->setTexts(tr("Nothing waits for you"),
                          tr("When an agent starts a program that a rule asks about, or wants more than its sandbox "
                             "gives, the question comes up here and stays until you answer it."));
    else if (m_link.state() == ServiceLink::State::Gone)
        m_empty->setTexts(tr("The Exeat service is gone"),
                          tr("%1\nIt is tried again by itself. Nothing is allowed meanwhile.", "what happened")
                              .arg(quoted(m_link.problem().toStdString())));
    else
        m_empty->setTexts(tr("Connecting to the Exeat service…"), QString());
    chooseFirst();
    updateButtons();
}

void InboxPage::chooseFirst() {
    if (m_model.card(m_list->currentIndex()) == nullptr && m_model.rowCount() > 1)
        m_list->setCurrentIndex(m_model.index(1));
}

void InboxPage::updateButtons() {
    const bool hasCard = m_model.card(m_list->currentIndex()) != nullptr;
    const bool mayDeny = !m_denials.isSending() && m_arming.isArmed(Arming::Answer::Deny);
    m_review->setEnabled(hasCard);
    m_deny->setEnabled(hasCard && mayDeny);
    m_denyAll->setEnabled(hasCard && m_model.groupOf(m_list->currentIndex()).size() > 1);
    m_groupDenial->confirmation()->setEnabled(mayDeny);
}

void InboxPage::showMenu(const QPoint& place) {
    if (m_model.card(m_list->currentIndex()) == nullptr)
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_review->text(), this, &InboxPage::review);
    menu->addSeparator();
    menu->addAction(m_deny->text(), this, &InboxPage::denyOne);
    menu->addAction(m_denyAll->text(), this, &InboxPage::askForGroup)->setEnabled(m_denyAll->isEnabled());
    menu->popup(m_list->viewport()->mapToGlobal(place));
}

void InboxPage::review() {
    if (const InboxCard* card = m_model.card(m_list->currentIndex()))
        emit reviewWanted(card->id);
}

void InboxPage::denyOne() {
    const InboxCard* card = m_model.card(m_list->currentIndex());
    // Here, and not by the button: whatever way led here, nothing is answered unseen.
    if (card == nullptr || !m_arming.isArmed(Arming::Answer::Deny))
        return;
    m_notice->clear();
    m_denials.send({*card}, m_message->text());
    m_list->setFocus();
    updateButtons();
}

void InboxPage::askForGroup() {
    m_group = m_model.groupOf(m_list->currentIndex());
    if (m_group.empty())
        return;
    m_groupDenial->ask(m_group.front().who, static_cast<int>(m_group.size()));
    m_arming.restart();
}

void InboxPage::denyGroup(const QString& message) {
    if (!m_arming.isArmed(Arming::Answer::Deny))
        return;
    // What came after the question was asked back stays; what was answered meanwhile needs no answer.
    std::erase_if(m_group, [this](const InboxCard& card) {
        const Approval* approval = m_approvals.find(card.id);
        return approval == nullptr || approval->contentHash != card.contentHash;
    });
    m_groupDenial->close();
    m_notice->clear();
    m_denials.send(m_group, message);
    m_list->setFocus();
    updateButtons();
}

void InboxPage::finishDenials(const QString& problem) {
    if (problem.isEmpty())
        m_message->clear();
    else
        m_notice->show(problem);
    updateButtons();
}

void InboxPage::showEvent(QShowEvent* event) {
    m_missed->load();
    m_ages.start();
    QWidget::showEvent(event);
}

void InboxPage::hideEvent(QHideEvent* event) {
    m_ages.stop();
    QWidget::hideEvent(event);
}

} // namespace exeat
