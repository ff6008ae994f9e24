#include "gui/inbox/inboxmodel.h"

#include "gui/link/openapprovals.h"
#include "gui/text/approvalwords.h"
#include "gui/text/quoted.h"
#include "gui/text/timewords.h"

#include <QDateTime>

#include <algorithm>

namespace exeat {
namespace {

constexpr std::size_t commandBytes = 512;
constexpr std::size_t pathBytes = 256;
constexpr std::size_t whyBytes = 300;
constexpr int contextLength = 300;

/** The words of the rule that asks, without its place: that is on the prompt. */
QString why(const Approval& approval) {
    for (const TraceStep& step : approval.judgement.trace) {
        if (step.counted && !step.justification.empty())
            return quoted(step.justification, whyBytes);
    }
    return ApprovalWords(approval).reasons().constFirst();
}

QString contextOf(const Approval& approval) {
    const ApprovalWords words(approval);
    QStringList parts;
    if (const QString chain = words.chain(); !chain.isEmpty())
        parts.push_back(chain);
    parts.push_back(why(approval));
    return parts.join(QStringLiteral("  ·  ")).left(contextLength);
}

InboxCard cardOf(const Approval& approval) {
    const ApprovalWords words(approval);
    const QStringList flags = words.flags();
    return {approval.id,
            approval.contentHash,
            approval.askedAt,
            words.verb(),
            words.commandLine(commandBytes),
            words.who(),
            contextOf(approval),
            flags.isEmpty() ? QString() : flags.constFirst()};
}

} // namespace

InboxModel::InboxModel(const OpenApprovals& approvals, QObject* parent) : QAbstractListModel(parent) {
    for (const Approval& approval : approvals.all())
        add(approval);
    connect(&approvals, &OpenApprovals::added, this, &InboxModel::add);
    connect(&approvals, &OpenApprovals::settled, this, [this](const Approval& approval) { remove(approval.id); });
    connect(&approvals, &OpenApprovals::cleared, this, &InboxModel::clear);
}

int InboxModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : rowOf(m_groups.size());
}

int InboxModel::rowOf(std::size_t group) const {
    int row = 0;
    for (std::size_t before = 0; before < group; ++before)
        row += 1 + static_cast<int>(m_groups[before].cards.size());
    return row;
}

InboxModel::Place InboxModel::placeOf(int row) const {
    std::size_t group = 0;
    while (row > static_cast<int>(m_groups[group].cards.size())) {
        row -= 1 + static_cast<int>(m_groups[group].cards.size());
        ++group;
    }
    return {group, row - 1};
}

const InboxCard* InboxModel::card(const QModelIndex& index) const {
    if (!index.isValid())
        return nullptr;
    const Place place = placeOf(index.row());
    return place.card < 0 ? nullptr : &m_groups[place.group].cards[static_cast<std::size_t>(place.card)];
}

std::vector<InboxCard> InboxModel::groupOf(const QModelIndex& index) const {
    return index.isValid() ? m_groups[placeOf(index.row()).group].cards : std::vector<InboxCard>();
}

QVariant InboxModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const InboxCard* card = this->card(index);
    if (card == nullptr) {
        const Group& group = m_groups[placeOf(index.row()).group];
        if (role == HeadingRole)
            return QVariant::fromValue(
                InboxHeading{group.who, quoted(group.projectRoot, pathBytes), static_cast<int>(group.cards.size())});
        return role == Qt::DisplayRole ? QVariant(group.who) : QVariant();
    }
    switch (role) {
    case CardRole:
        return QVariant::fromValue(*card);
    case Qt::DisplayRole:
        return card->command;
    case Qt::AccessibleTextRole: {
        const QString text = tr("%1 %2. Asked by %3, %4 ago.", "question, command, agent in project, age")
                                 .arg(card->verb, card->command, card->who,
                                      TimeWords::age(card->askedAt, QDateTime::currentMSecsSinceEpoch()));
        return card->warning.isEmpty() ? text : tr("Warning: %1 %2").arg(card->warning, text);
    }
    case Qt::AccessibleDescriptionRole:
        return card->context;
    default:
        return {};
    }
}

Qt::ItemFlags InboxModel::flags(const QModelIndex& index) const {
    if (card(index) == nullptr)
        return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

void InboxModel::add(const Approval& approval) {
    auto group = std::ranges::find_if(m_groups, [&](const Group& one) {
        return one.agent == approval.agent && one.projectRoot == approval.projectRoot;
    });
    const InboxCard card = cardOf(approval);
    const int row = rowOf(static_cast<std::size_t>(group - m_groups.begin()));
    if (group == m_groups.end()) {
        beginInsertRows({}, row, row + 1);
        m_groups.push_back({approval.agent, approval.projectRoot, card.who, {card}});
        endInsertRows();
        return;
    }
    // Ids grow, and questions come in their order; after a lost connection, too.
    const auto before = std::ranges::upper_bound(group->cards, card.id, {}, &InboxCard::id);
    const int at = row + 1 + static_cast<int>(before - group->cards.begin());
    beginInsertRows({}, at, at);
    group->cards.insert(before, card);
    endInsertRows();
    emit dataChanged(index(row), index(row)); // its count
}

void InboxModel::remove(ApprovalId id) {
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        std::vector<InboxCard>& cards = m_groups[group].cards;
        const auto found = std::ranges::find(cards, id, &InboxCard::id);
        if (found == cards.end())
            continue;
        const int row = rowOf(group);
        const int at = row + 1 + static_cast<int>(found - cards.begin());
        const bool isLast = cards.size() == 1;
        beginRemoveRows({}, isLast ? row : at, at);
        if (isLast)
            m_groups.erase(m_groups.begin() + static_cast<std::ptrdiff_t>(group));
        else
            cards.erase(found);
        endRemoveRows();
        if (!isLast)
            emit dataChanged(index(row), index(row));
        return;
    }
}

void InboxModel::clear() {
    beginResetModel();
    m_groups.clear();
    endResetModel();
}

} // namespace exeat
