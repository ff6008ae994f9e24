#include "shared/qt/sha256.h"

#include "shared/base/filechunks.h"

#include <QByteArrayView>
#include <QCryptographicHash>

namespace exeat {
namespace {

void add(QCryptographicHash& hash, std::string_view bytes) {
    hash.addData(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
}

} // namespace

std::string sha256Hex(std::string_view bytes) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    add(hash, bytes);
    return hash.result().toHex().toStdString();
}

Result<std::string> sha256OfFile(const std::string& path, std::size_t limit) {
    const auto file = openRegular(path);
    return file ? sha256OfOpen(*file, path, limit) : std::unexpected(file.error());
}

Result<std::string> sha256OfOpen(const UniqueFd& file, const std::string& name, std::size_t limit) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const auto read = readChunks(file, name, limit, [&](std::string_view chunk) -> Result<void> {
        add(hash, chunk);
        return {};
    });
    if (!read)
        return std::unexpected(read.error());
    return hash.result().toHex().toStdString();
}

} // namespace exeat
