#include "shared/base/filechunks.h"

#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat {

Result<UniqueFd> openRegular(const std::string& path, int flags) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags));
    struct stat facts{};
    if (!fd || ::fstat(fd.get(), &facts) < 0)
        return failErrno("cannot open " + path);
    if (!S_ISREG(facts.st_mode))
        return fail(ErrorKind::Invalid, path + " is not a regular file");
    return fd;
}

Result<void> readChunks(const UniqueFd& fd, const std::string& name, std::size_t limit,
                        const std::function<Result<void>(std::string_view)>& take) {
    std::array<char, 65536> chunk; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    std::size_t total = 0;
    for (;;) {
        const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failErrno("cannot read " + name);
        if (got == 0)
            return {};
        total += static_cast<std::size_t>(got);
        if (total > limit)
            return fail(ErrorKind::Limit, name + " is larger than " + std::to_string(limit) + " bytes");
        if (auto taken = take({chunk.data(), static_cast<std::size_t>(got)}); !taken)
            return taken;
    }
}

} // namespace exeat
