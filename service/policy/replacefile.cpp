#include "service/policy/replacefile.h"

#include "shared/base/scopeexit.h"
#include "shared/base/uniquefd.h"

#include <filesystem>

#include <fcntl.h>
#include <stdlib.h> // NOLINT(modernize-deprecated-headers): mkostemp is POSIX
#include <sys/stat.h>
#include <unistd.h>

namespace exeat {

Result<void> replaceFile(const std::string& path, const std::string& content, mode_t mode) {
    std::string temporary = std::filesystem::path(path).parent_path().string() + "/.new-XXXXXX";
    const UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd)
        return failErrno("cannot write beside " + path);
    ScopeExit removeTemporary([&] { ::unlink(temporary.c_str()); });
    if (auto written = writeAll(fd.get(), content); !written)
        return written;
    if (::fchmod(fd.get(), mode) < 0 || ::fsync(fd.get()) < 0 || ::rename(temporary.c_str(), path.c_str()) < 0)
        return failErrno("cannot replace " + path);
    removeTemporary.dismiss();
    return {};
}

} // namespace exeat
