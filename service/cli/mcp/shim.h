#pragma once

#include <functional>
#include <string>

namespace exeat {

/** What `exeat mcp` was started with. */
struct ShimOptions {
    std::string mcpSocket;      ///< RuntimePaths::mcpSocket
    std::string bashPath;       ///< --bash, else CODEX_BASH_PATH; empty = ours
    std::string execHelperPath; ///< --execve; empty = ours
    bool preserveProgramPaths = false;
    /** Makes exeatd run; returns at once. Called when the socket does not answer, at most once per connection. */
    std::function<void()> startService;
};

/**
 * `exeat mcp`: lines of standard input to the service and back. Needs a QCoreApplication and runs its event loop.
 * Does nothing before the first line; ends at once at end of input (0), when standard output is closed (1), and by
 * SIGTERM's default action. Only protocol lines go to standard output.
 */
int runShim(const ShimOptions& options);

} // namespace exeat
