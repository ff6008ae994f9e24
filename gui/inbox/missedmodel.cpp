#include "gui/inbox/missedmodel.h"

#include "gui/text/historywords.h"
#include "gui/text/quoted.h"
#include "gui/text/timewords.h"

#include <QDateTime>

namespace exeat {
namespace {

constexpr std::size_t commandBytes = 512;
constexpr std::size_t whyBytes = 300;
/** Of what was heard while nobody looked; more is told without its why. */
constexpr std::size_t mostRemembered = 1000;

} // namespace

int MissedModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_missed.size());
}

QVariant MissedModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ExecRecord& record = m_missed[static_cast<std::size_t>(index.row())];
    const auto command = [&] { return QString::fromStdString(visibleCommand(record.argv, commandBytes)); };
    switch (role) {
    case Qt::DisplayRole:
    case CommandRole:
        return command();
    case WhenAndWhyRole:
        return whenAndWhy(record);
    case Qt::AccessibleTextRole:
        return tr("%1. %2", "command, when and why").arg(command(), whenAndWhy(record));
    default:
        return {};
    }
}

QString MissedModel::whenAndWhy(const ExecRecord& record) const {
    const auto heard = m_why.find({record.run, record.exec});
    const QString why = heard != m_why.end() && !heard->second.empty()
                            ? tr("Nobody answered: %1").arg(quoted(heard->second, whyBytes))
                            : tr("Nobody answered, so it was denied. It was asked because: %1")
                                  .arg(quoted(record.judgement.reason, whyBytes));
    return tr("%1  ·  %2", "when, why").arg(TimeWords::moment(record.at, QDateTime::currentMSecsSinceEpoch()), why);
}

void MissedModel::setAsked(const std::vector<ExecRecord>& asked) {
    std::vector<ExecRecord> missed;
    for (const ExecRecord& record : asked) {
        if (record.decidedBy == AnswerSource::Nobody && missed.size() < mostRows)
            missed.push_back(record);
    }
    if (missed == m_missed)
        return;
    beginResetModel();
    m_missed = std::move(missed);
    endResetModel();
}

void MissedModel::remember(const Approval& approval, const Decision& decision) {
    if (m_why.size() < mostRemembered)
        m_why[{approval.run, approval.exec}] = decision.message;
}

} // namespace exeat
