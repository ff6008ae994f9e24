#include "gui/inbox/denials.h"

#include "gui/link/servicelink.h"
#include "gui/text/quoted.h"

#include <QLocale>

namespace exeat {

void Denials::send(const std::vector<InboxCard>& cards, const QString& message) {
    if (isSending())
        return;
    m_sent = m_waiting = cards.size();
    m_failed = 0;
    m_problem.clear();
    for (const InboxCard& card : cards) {
        const Answer answer{card.id, card.contentHash, AnswerKind::Deny, 0, message.toStdString()};
        m_link.ask(wire::AnswerApproval{0, answer}, this, [this](const Result<wire::ControlReply>& reply) {
            if (!reply && m_failed++ == 0)
                m_problem = quoted(reply.error().text);
            finishOne();
        });
    }
}

void Denials::finishOne() {
    if (--m_waiting > 0)
        return;
    const auto number = [](std::size_t value) { return QLocale().toString(static_cast<qulonglong>(value)); };
    if (m_failed > 0 && m_sent > 1)
        m_problem =
            tr("%1 of %2 could not be denied. The first reason: %3").arg(number(m_failed), number(m_sent), m_problem);
    emit finished(m_problem);
}

} // namespace exeat
