#include "service/gate/keeper/sealedcopy.h"

#include "shared/base/limits.h"

#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
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

Result<void> copy(const UniqueFd& from, const UniqueFd& to) {
    std::vector<char> chunk(65536);
    std::size_t total = 0;
    for (;;) {
        const ssize_t got = ::read(from.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failErrno("cannot read the judged file");
        if (got == 0)
            return {};
        total += static_cast<std::size_t>(got);
        if (total > limits::hashedFileBytes)
            return fail(ErrorKind::Limit, "the judged file is too large to be pinned by its content");
        if (auto written = writeAll(to.get(), {chunk.data(), static_cast<std::size_t>(got)}); !written)
            return written;
    }
}

} // namespace

Result<UniqueFd> sealedCopy(const UniqueFd& file) {
    const std::string path = "/proc/self/fd/" + std::to_string(file.get());
    const UniqueFd readable(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat facts = {};
    if (!readable || ::fstat(readable.get(), &facts) < 0)
        return failErrno("cannot read the judged file");
    if (!S_ISREG(facts.st_mode))
        return fail(ErrorKind::Invalid, "the judged file is not a regular file");
    UniqueFd sealed = makeMemfd();
    if (!sealed)
        return failErrno("cannot make a copy of the judged file");
    if (auto copied = copy(readable, sealed); !copied)
        return std::unexpected(copied.error());
    if (::fcntl(sealed.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
        return failErrno("cannot seal the copy of the judged file");
    return sealed;
}

} // namespace exeat::gate
