#include "gui/link/openapprovals.h"

#include "gui/link/servicelink.h"

#include <ranges>

namespace exeat {

OpenApprovals::OpenApprovals(const ServiceLink& link, QObject* parent) : QObject(parent) {
    connect(&link, &ServiceLink::approvalAdded, this, &OpenApprovals::add);
    connect(&link, &ServiceLink::approvalSettled, this, &OpenApprovals::settle);
    connect(&link, &ServiceLink::stateChanged, this, [this, &link] {
        if (link.state() != ServiceLink::State::Connected)
            clear();
    });
}

const Approval* OpenApprovals::find(ApprovalId id) const {
    const auto found = m_open.find(id);
    return found == m_open.end() ? nullptr : &found->second;
}

std::vector<Approval> OpenApprovals::all() const {
    const auto values = std::views::values(m_open);
    return {values.begin(), values.end()};
}

void OpenApprovals::add(const Approval& approval) {
    const bool isNew = m_open.insert_or_assign(approval.id, approval).second;
    if (!isNew)
        return;
    emit added(approval);
    emit countChanged();
}

void OpenApprovals::settle(ApprovalId id, const Decision& decision) {
    const auto found = m_open.find(id);
    if (found == m_open.end())
        return;
    const Approval approval = std::move(found->second);
    m_open.erase(found);
    emit settled(approval, decision);
    emit countChanged();
}

void OpenApprovals::clear() {
    if (m_open.empty())
        return;
    m_open.clear();
    emit cleared();
    emit countChanged();
}

} // namespace exeat
