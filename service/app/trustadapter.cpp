#include "service/app/trustadapter.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/qt/sha256.h"

#include <QDateTime>

#include <algorithm>

namespace exeat {

Result<void> TrustAdapter::accept(const std::string& directory, const std::string& hash, const std::string& who) {
    return m_store.acceptTrust(directory, hash, who, QDateTime::currentMSecsSinceEpoch());
}

Result<void> TrustAdapter::confirm(const std::string& path, const std::string& sha256, const std::string& who) {
    const auto now = sha256OfFile(path, limits::hashedFileBytes);
    if (!now)
        return std::unexpected(now.error());
    if (*now != sha256)
        return fail(ErrorKind::Refused, visible(path, 512) + " has changed since its content was shown; try again");
    return m_store.confirmFile({path, sha256, QDateTime::currentMSecsSinceEpoch(), who});
}

Result<void> TrustAdapter::revoke(const std::string& path) {
    const auto& files = m_store.confirmedFiles();
    const bool isFile = std::ranges::find(files, path, &FileConfirmation::path) != files.end();
    return isFile ? m_store.forgetFile(path) : m_store.revokeTrust(path);
}

} // namespace exeat
