#pragma once

#include "service/gate/keeper/launch.h"

#include <csignal>
#include <cstdint>
#include <utility>
#include <vector>

#include <sys/resource.h>

/** What the two ways to start a command share. */
namespace exeat::gate {

/** Everything the child needs, laid out before it is made: it may share our memory, and then only make system calls. */
struct Prepared {
    std::vector<char*> argv;
    std::vector<char*> environment;
    std::vector<std::pair<int, rlimit>> limits;
    std::vector<int> sources;
    const LaunchPlan* plan = nullptr;
    std::uint64_t maskAtExec = 0;
    std::uint64_t changedSignals = 0; ///< whose disposition after the exec would not be the wanted one
    int niceness = 0;
    int above = 0; ///< higher than every number that is placed
};

Prepared prepare(const LaunchPlan& plan);

/** In the child, by system calls only: descriptors, limits, signals, all but the working directory. An errno, or 0. */
int setUp(Prepared& prepared);

/** The last act of the child. execve's errno. */
int execute(Prepared& prepared);

/** Waits for a child that ends. */
void reap(pid_t pid);

/** All signals are held off, so that no handler of ours runs in the child. */
class SignalsHeld {
public:
    SignalsHeld() {
        sigset_t all;
        sigfillset(&all);
        ::sigprocmask(SIG_SETMASK, &all, &m_before);
    }
    SignalsHeld(const SignalsHeld&) = delete;
    SignalsHeld& operator=(const SignalsHeld&) = delete;
    ~SignalsHeld() { ::sigprocmask(SIG_SETMASK, &m_before, nullptr); }

private:
    sigset_t m_before;
};

} // namespace exeat::gate
