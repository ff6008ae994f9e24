#include "service/app/instancelock.h"

#include <algorithm>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace exeat {

Result<std::optional<InstanceLock>> InstanceLock::take(const std::string& file, const std::function<bool()>& listens,
                                                       std::chrono::milliseconds patience) {
    UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd)
        return failErrno("cannot open " + file);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
            // For people only: the lock is what counts, the number may be stale when nobody holds it.
            if (::ftruncate(fd.get(), 0) < 0)
                return failErrno("cannot write " + file);
            if (auto written = writeAll(fd.get(), std::to_string(::getpid()) + "\n"); !written)
                return std::unexpected(written.error());
            return InstanceLock(std::move(fd));
        }
        if (errno != EWOULDBLOCK && errno != EINTR)
            return failErrno("cannot lock " + file);
        if (listens())
            return std::nullopt;
        if (std::chrono::steady_clock::now() > deadline)
            return fail(ErrorKind::Unavailable, "another service holds " + file +
                                                    " but does not listen; end it (see `exeat doctor`) and try again");
        std::this_thread::sleep_for(std::chrono::milliseconds(10)); // neither event has a descriptor to wait for
    }
}

bool somebodyListens(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return false;
    std::ranges::copy(path, address.sun_path);
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // connect(2) to a stream socket with a full backlog says EAGAIN: somebody listens all the same.
    return socket && (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
                      errno == EAGAIN);
}

} // namespace exeat
