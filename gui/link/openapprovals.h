#pragma once

#include "shared/domain/approval.h"

#include <QObject>

#include <map>
#include <vector>

namespace exeat {

class ServiceLink;

/** Every question that waits for a person, as the service tells. Main thread. */
class OpenApprovals : public QObject {
    Q_OBJECT
public:
    explicit OpenApprovals(const ServiceLink& link, QObject* parent = nullptr);

    const Approval* find(ApprovalId id) const;
    std::vector<Approval> all() const; ///< oldest first
    std::size_t count() const { return m_open.size(); }

signals:
    void added(const exeat::Approval& approval);
    /** It is in all() no more. */
    void settled(const exeat::Approval& approval, const exeat::Decision& decision);
    /** The connection ended: nothing is known to be open until it is there again. */
    void cleared();
    void countChanged();

private:
    void add(const Approval& approval);
    void settle(ApprovalId id, const Decision& decision);
    void clear();

    std::map<ApprovalId, Approval> m_open;
};

} // namespace exeat
