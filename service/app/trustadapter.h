#pragma once

#include "service/control/controltrust.h"
#include "service/policy/policystore.h"

namespace exeat {

/** The policy store's trust, as control.sock needs it. Borrows it. */
class TrustAdapter : public TrustAccess {
public:
    explicit TrustAdapter(PolicyStore& store) : m_store(store) {}
    std::vector<TrustStatus> projects() override { return m_store.trustStatuses(); }
    Result<TrustView> view(const std::string& directory) override { return m_store.trustView(directory); }
    Result<void> accept(const std::string& directory, const std::string& hash, const std::string& who) override;
    std::vector<FileConfirmation> files() override { return m_store.confirmedFiles(); }
    Result<void> confirm(const std::string& path, const std::string& sha256, const std::string& who) override;
    Result<void> revoke(const std::string& path) override;

private:
    PolicyStore& m_store;
};

} // namespace exeat
