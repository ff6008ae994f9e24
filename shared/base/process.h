#pragma once

#include "shared/base/uniquefd.h"

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace exeat {

/** Facts of the kernel about one process at one moment (proc_pid_stat(5)). */
struct ProcessFacts {
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t session = 0;
    int terminal = 0;            ///< tty_nr; 0 = no controlling terminal
    std::uint64_t startTime = 0; ///< clock ticks since boot; with pid it names a process for ever

    bool operator==(const ProcessFacts&) const = default;
};

Result<ProcessFacts> processFacts(pid_t pid);

/** pid itself, its parent, ... up to the last that is visible; bounded at 128. Empty if pid is gone. */
std::vector<ProcessFacts> ancestry(pid_t pid);

/** pidfd_open(2); close-on-exec by the kernel. */
Result<UniqueFd> openPidfd(pid_t pid);

/** SIGKILL. Nothing happens if the process is gone. */
void killProcess(const UniqueFd& pidfd);

/** readlink of /proc/PID/exe. */
Result<std::string> executablePath(pid_t pid);

/** Direct children of this process, all threads' (needs CONFIG_PROC_CHILDREN). */
std::vector<pid_t> childProcesses();

/** PR_SET_DUMPABLE 0: no other process of the user may trace or read us. */
void forbidTracing();

} // namespace exeat
