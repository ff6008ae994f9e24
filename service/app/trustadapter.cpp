#include "service/app/trustadapter.h"

#include <QDateTime>

namespace exeat {

Result<void> TrustAdapter::accept(const std::string& directory, const std::string& hash, const std::string& who) {
    return m_store.acceptTrust(directory, hash, who, QDateTime::currentMSecsSinceEpoch());
}

} // namespace exeat
