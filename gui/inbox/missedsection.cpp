#include "gui/inbox/missedsection.h"

#include "gui/inbox/misseddelegate.h"
#include "gui/link/openapprovals.h"
#include "gui/link/servicelink.h"
#include "gui/text/plainlabel.h"
#include "gui/text/quoted.h"

#include <QDateTime>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace exeat {
namespace {

using namespace std::chrono_literals;

constexpr int shownDays = 7;
/** Of the questions of those days, answered ones among them. */
constexpr std::uint32_t mostAsked = 500;
constexpr int shownRows = 2;

wire::QueryHistory askedLately() {
    wire::QueryHistory query;
    query.query.askedOnly = true;
    query.query.since = QDateTime::currentDateTime().addDays(-shownDays).toMSecsSinceEpoch();
    query.query.most = mostAsked;
    return query;
}

} // namespace

MissedSection::MissedSection(ServiceLink& link, const OpenApprovals& approvals, QWidget* parent)
    : QWidget(parent), m_link(link), m_list(new QListView) {
    auto* title = new PlainLabel(tr("Missed in the last %1 days").arg(QLocale().toString(shownDays)));
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new MissedDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->viewport()->setBackgroundRole(QPalette::Window);
    m_list->setAccessibleName(title->text());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(title);
    column->addWidget(m_list);
    // The record is written when the question has ended, so it is asked for a little later; many end together.
    m_later.setSingleShot(true);
    m_later.setInterval(500ms);
    connect(&m_later, &QTimer::timeout, this, &MissedSection::load);
    connect(&approvals, &OpenApprovals::settled, this, [this](const Approval& approval, const Decision& decision) {
        if (decision.source != AnswerSource::Nobody)
            return;
        m_model.remember(approval, decision);
        m_later.start();
    });
    hide();
}

void MissedSection::load() {
    if (m_link.state() != ServiceLink::State::Connected)
        return;
    m_link.ask(askedLately(), this, [this](const Result<wire::ControlReply>& reply) {
        if (!reply) {
            emit failed(tr("What was missed could not be read: %1").arg(quoted(reply.error().text)));
            return;
        }
        if (const auto* page = std::get_if<wire::HistoryPage>(&*reply))
            m_model.setAsked(page->records);
        const int rows = std::min(m_model.rowCount(), shownRows);
        setVisible(rows > 0);
        m_list->setFixedHeight(rows * m_list->sizeHintForRow(0));
    });
}

} // namespace exeat
