#pragma once

#include "shared/base/uniquefd.h"

#include <csignal>
#include <functional>

#include <sys/ioctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat {

/** A real process that runs `child`, says its pid (or what `child` returns) through a pipe, and sleeps until killed. */
class LiveProcess {
public:
    explicit LiveProcess(const std::function<pid_t()>& child) {
        auto pipe = makePipe();
        m_pid = ::fork();
        if (m_pid == 0) {
            const pid_t said = child();
            if (::write(pipe->write.get(), &said, sizeof said) != sizeof said)
                ::_exit(1);
            for (;;)
                ::pause();
        }
        pipe->write.reset();
        if (::read(pipe->read.get(), &m_said, sizeof m_said) != sizeof m_said)
            m_said = 0;
    }
    ~LiveProcess() {
        for (const pid_t pid : {m_said, m_pid}) {
            if (pid > 1)
                ::kill(pid, SIGKILL);
        }
        ::waitpid(m_pid, nullptr, 0);
    }
    LiveProcess(const LiveProcess&) = delete;
    LiveProcess& operator=(const LiveProcess&) = delete;
    pid_t pid() const { return m_pid; }
    pid_t said() const { return m_said; }

private:
    pid_t m_pid = 0;
    pid_t m_said = 0;
};

/** In a forked child: one more below it that sleeps; its pid. */
inline pid_t sleeper() {
    const pid_t pid = ::fork();
    if (pid == 0) {
        for (;;)
            ::pause();
    }
    return pid;
}

} // namespace exeat
