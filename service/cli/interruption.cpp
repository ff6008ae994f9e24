#include "service/cli/interruption.h"

#include <csignal>

#include <sys/signalfd.h>
#include <unistd.h>

namespace exeat {

Interruption::Interruption(std::function<void()> action) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&set, number);
    m_fd.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!m_fd)
        return; // the default action ends us, and with us the connection
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_notifier = std::make_unique<QSocketNotifier>(m_fd.get(), QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [this, act = std::move(action)] {
        signalfd_siginfo info{};
        if (::read(m_fd.get(), &info, sizeof info) > 0)
            act();
    });
}

} // namespace exeat
