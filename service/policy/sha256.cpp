#include "service/policy/sha256.h"

#include "shared/base/uniquefd.h"

#include <QCryptographicHash>

namespace exeat {

std::string sha256Hex(std::string_view bytes) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
    return hash.result().toHex().toStdString();
}

Result<std::string> sha256OfFile(const std::string& path, std::size_t limit) {
    const auto content = readFile(path, limit);
    return content ? Result<std::string>(sha256Hex(*content)) : std::unexpected(content.error());
}

} // namespace exeat
