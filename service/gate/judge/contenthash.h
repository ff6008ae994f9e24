#pragma once

#include "shared/base/error.h"
#include "shared/domain/command.h"

#include <cstdint>
#include <map>
#include <string>

namespace exeat::gate {

/** SHA-256, lower-case hex, of the regular file at `path`; at most limits::hashedFileBytes. Blocks while reading. */
Result<std::string> contentHash(const std::string& path);

/**
 * Contents of files that are looked at again and again. A file is read anew once its change time, which no program can
 * set (inode(7)), its size or the file itself is another one. Main loop only.
 */
class ContentHashes {
public:
    /** As contentHash(). */
    Result<std::string> of(const std::string& path);

private:
    struct Known {
        FileIdentity identity;
        std::int64_t size = 0;
        std::int64_t changed = 0; ///< nanoseconds since 1970
        std::string hash;
    };
    std::map<std::string, Known> m_known;
};

} // namespace exeat::gate
