#pragma once

#include "service/gate/resolve/execchain.h"
#include "shared/domain/command.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include <sys/types.h>

namespace exeat::gate {

/**
 * Which execs are the doing of a call's script, and not of a program that it started: those of the shell that was
 * started with the script, and of its forks, for as long as they have exec'ed nothing. Told by facts of the kernel. The
 * processes are hostile, but what they could gain is not to be asked, which a script in a file gains as well.
 */
class CallShell {
public:
    /** `argv` as the shell was started. */
    explicit CallShell(std::vector<std::string> argv);

    /**
     * `caller` is about to exec, or is the helper that asks for it; `facts` are its own, `above` is the process above
     * the shell.
     */
    bool isCaller(pid_t caller, const ProcessFacts& facts, pid_t above) const;
    /** It may go on: from now on it is another program. */
    void becomesProgram(pid_t caller, const ProcessFacts& facts);
    /** Programs that are remembered; never more than twice limits::processesPerSandbox. */
    std::size_t known() const { return m_programs.size(); }

private:
    bool isShell(pid_t pid) const;
    void forgetEnded();

    std::string m_commandLine; ///< as in /proc/PID/cmdline
    FileIdentity m_program;
    std::unordered_map<pid_t, std::uint64_t> m_programs; ///< that went on, with their start times
};

} // namespace exeat::gate
