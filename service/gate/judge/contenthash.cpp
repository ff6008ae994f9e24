#include "service/gate/judge/contenthash.h"

#include "shared/base/filechunks.h"
#include "shared/base/limits.h"

#include <array>
#include <cstdint>
#include <string_view>

#include <nettle/sha2.h>
#include <sys/stat.h>
#include <time.h>

namespace exeat::gate {

namespace {

std::string hex(const std::array<std::uint8_t, SHA256_DIGEST_SIZE>& digest) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : digest) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

} // namespace

Result<std::string> contentHash(const std::string& path) {
    const auto file = openRegular(path);
    if (!file)
        return std::unexpected(file.error());
    sha256_ctx context;
    sha256_init(&context);
    const auto read = readChunks(*file, path, limits::hashedFileBytes, [&](std::string_view chunk) -> Result<void> {
        sha256_update(&context, chunk.size(), reinterpret_cast<const std::uint8_t*>(chunk.data()));
        return {};
    });
    if (!read)
        return std::unexpected(read.error());
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest;
    sha256_digest(&context, digest.size(), digest.data());
    return hex(digest);
}

Result<std::string> ContentHashes::of(const std::string& path) {
    struct stat facts = {};
    if (::stat(path.c_str(), &facts) < 0)
        return failErrno("cannot read " + path);
    const FileIdentity identity{facts.st_dev, facts.st_ino};
    const std::int64_t changed = std::int64_t{facts.st_ctim.tv_sec} * 1'000'000'000 + facts.st_ctim.tv_nsec;
    const auto known = m_known.find(path);
    if (known != m_known.end() && known->second.identity == identity && known->second.size == facts.st_size &&
        known->second.changed == changed)
        return known->second.hash;
    auto hash = contentHash(path);
    // A second write within the clock's tick leaves the same time, so a fresh one proves nothing yet.
    timespec now = {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    if (hash && now.tv_sec - facts.st_ctim.tv_sec > 1)
        m_known.insert_or_assign(path, Known{identity, facts.st_size, changed, *hash});
    return hash;
}

} // namespace exeat::gate
