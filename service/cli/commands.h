#pragma once

#include "service/cli/commandline.h"

#include <span>
#include <string>
#include <string_view>

namespace exeat {

enum class CommandNeeds {
    EventLoop, ///< a QCoreApplication exists, and it may run its event loop
    Nothing,   ///< it is quick, and not even that is there
};

/** Whether a call of it can do its work in an agent's sandbox, without the service and the settings. */
using WorksInside = bool (*)(const Arguments&);
bool nothingWorksInside(const Arguments& arguments);

/** One sub-command. `run` returns the exit code. */
struct CliCommand {
    std::string_view name;
    std::string_view summary;
    int (*run)(const Arguments&);
    CommandNeeds needs = CommandNeeds::EventLoop;
    WorksInside worksInside = nothingWorksInside;
};
std::span<const CliCommand> commandTable();

/**
 * Why the command that `arguments` name cannot be used inside a run, and what can be instead; empty = it can, or there
 * is no such command. For people and agents to read, no protection: that is the sandbox's and the service's.
 */
std::string whyNotInside(const Arguments& arguments);

/** The environment says that a run started this process (`EXEAT`, which anybody may set). */
bool saysInsideRun();

/** Of the command that `arguments` name. */
CommandNeeds needsOf(const Arguments& arguments);

/** Runs the command that `arguments` name; unknown words: exitUsage with the nearest one. */
int dispatch(const Arguments& arguments);

int mcpCommand(const Arguments& arguments);
int execpolicyCommand(const Arguments& arguments);
int runCommand(const Arguments& arguments);
int approvalsCommand(const Arguments& arguments);
int historyCommand(const Arguments& arguments);
int rulesCommand(const Arguments& arguments);
int runsCommand(const Arguments& arguments);
int doctorCommand(const Arguments& arguments);
int setupCommand(const Arguments& arguments);
int trustCommand(const Arguments& arguments);

} // namespace exeat
