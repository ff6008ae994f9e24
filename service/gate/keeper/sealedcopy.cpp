#include "service/gate/keeper/sealedcopy.h"

#include "shared/base/filechunks.h"
#include "shared/base/limits.h"

#include <string_view>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

// Linux 6.3; Debian 12's headers are older. Older kernels refuse the flag, and their memfds are always executable.
constexpr unsigned memfdExec = 0x0010U;

/** No slash in the name: interpreters that follow /proc/self/fd/N look for their modules in the folder it names. */
UniqueFd makeMemfd() {
    constexpr auto name = "exeat-script";
    const int fd = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | memfdExec);
    return UniqueFd(fd < 0 && errno == EINVAL ? ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING) : fd);
}

} // namespace

Result<UniqueFd> sealedCopy(const UniqueFd& file) {
    const std::string path = "/proc/self/fd/" + std::to_string(file.get());
    const auto readable = openRegular(path);
    if (!readable)
        return fail(readable.error().kind, "the judged file cannot be read: " + readable.error().text);
    UniqueFd sealed = makeMemfd();
    if (!sealed)
        return failErrno("cannot make a copy of the judged file");
    const auto copied = readChunks(*readable, "the judged file", limits::hashedFileBytes,
                                   [&](std::string_view chunk) { return writeAll(sealed.get(), chunk); });
    if (!copied)
        return std::unexpected(copied.error());
    if (::fcntl(sealed.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
        return failErrno("cannot seal the copy of the judged file");
    return sealed;
}

} // namespace exeat::gate
