#pragma once

#include "gui/inbox/inboxcard.h"
#include "shared/domain/approval.h"

#include <QAbstractListModel>

#include <vector>

namespace exeat {

class OpenApprovals;

/**
 * Every open question: below the heading of its agent and project, the oldest first. Groups keep their place while they
 * last, so that nothing moves below a person's pointer but to close a gap. Main thread.
 */
class InboxModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { HeadingRole = Qt::UserRole, CardRole };

    explicit InboxModel(const OpenApprovals& approvals, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    /** A heading is read, never chosen. */
    Qt::ItemFlags flags(const QModelIndex& index) const override;

    /** Null for a heading and for no index. Until the model changes. */
    const InboxCard* card(const QModelIndex& index) const;
    /** All questions of the group that this one is in. */
    std::vector<InboxCard> groupOf(const QModelIndex& index) const;

private:
    struct Group {
        std::string agent;
        std::string projectRoot;
        QString who;
        std::vector<InboxCard> cards;
    };
    struct Place {
        std::size_t group = 0;
        int card = -1; ///< -1: the heading
    };
    void add(const Approval& approval);
    void remove(ApprovalId id);
    void clear();
    Place placeOf(int row) const;
    int rowOf(std::size_t group) const;

    std::vector<Group> m_groups;
};

} // namespace exeat
