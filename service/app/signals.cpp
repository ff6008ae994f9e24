#include "service/app/signals.h"

#include <csignal>

#include <sys/signalfd.h>
#include <unistd.h>

namespace exeat {

Result<std::unique_ptr<Signals>> Signals::create() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        ::sigaddset(&set, number);
    if (::pthread_sigmask(SIG_BLOCK, &set, nullptr) != 0)
        return failErrno("cannot block signals");
    UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd)
        return failErrno("cannot make a signal descriptor");
    // A reader that is gone and a file at its limit are errors of one write (EPIPE, EFBIG), no end of the service.
    ::signal(SIGPIPE, SIG_IGN); // NOLINT: the return value says nothing that matters
    ::signal(SIGXFSZ, SIG_IGN); // NOLINT: as above
    return std::unique_ptr<Signals>(new Signals(std::move(fd)));
}

Signals::Signals(UniqueFd fd) : m_fd(std::move(fd)), m_readable(m_fd.get(), QSocketNotifier::Read) {
    connect(&m_readable, &QSocketNotifier::activated, this, [this] {
        signalfd_siginfo info{};
        while (::read(m_fd.get(), &info, sizeof info) == sizeof info)
            emit endAsked();
    });
}

} // namespace exeat
