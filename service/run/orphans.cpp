#include "service/run/orphans.h"

#include "shared/base/process.h"

#include <chrono>
#include <csignal>

#include <sys/wait.h>

namespace exeat {

Orphans::Orphans(QObject* parent) : QObject(parent) {
    m_again.setSingleShot(true);
    m_again.setInterval(std::chrono::milliseconds(5));
    connect(&m_again, &QTimer::timeout, this, &Orphans::sweep);
}

void Orphans::sweep() {
    if (killOnce())
        m_again.start();
}

bool Orphans::killOnce() {
    bool found = false;
    for (const pid_t child : childProcesses()) {
        if (m_expected.contains(child))
            continue;
        // Their children become ours when they die: the next round finds those. What we may not signal is no reason
        // to look again and again.
        if (::kill(child, SIGKILL) == 0)
            found = true;
        ::waitpid(child, nullptr, WNOHANG);
    }
    return found;
}

} // namespace exeat
