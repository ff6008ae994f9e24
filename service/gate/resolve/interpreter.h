#pragma once

#include "service/gate/resolve/fileorigin.h"
#include "service/gate/resolve/pathwalk.h"

#include <string>

namespace exeat::gate {

/** How the kernel, or a shell in its place, starts a file. */
enum class ExecForm {
    Direct,    ///< execve does it: a binary, or a script with `#!`
    ShellText, ///< no magic number (ENOEXEC): a shell reads it, as it would in place
};

/** How the interpreter of a script gets at it: the kernel proves only which interpreter runs, not what that reads. */
enum class ScriptBinding {
    AsCalled,   ///< nobody but the user can change what the path means
    ByRealPath, ///< links on the way could be flipped; the real file's own folders could not
    ByContent,  ///< an agent could write the file: a sealed copy of the judged content is read instead
};

/** The binary behind a file. */
struct LoadedProgram {
    ExecForm form = ExecForm::Direct;
    FileIdentity binary;                           ///< what /proc/PID/exe will be
    FileOrigin origin = FileOrigin::AgentWritable; ///< the worst of the chain, the file included
    UniqueFd pin;        ///< of the interpreter, if there is one: while it is open, its inode number is not given away
    bool script = false; ///< `binary` is another file than the judged one
    bool agentsBinary = false; ///< an agent could write the interpreter
};

/** Where files without `#!` go; outside it is the distribution's shell, never the patched one. */
inline constexpr const char* textShell = "/bin/bash";

/**
 * Follows `#!` lines (execve(2)) at most limits::interpreterHops deep. `origin` is that of `walked` itself. An error
 * where the kernel would fail, too, where the chain cannot be read, and for relative interpreters, which the caller
 * chooses.
 */
Result<LoadedProgram> loadedProgram(const UniqueFd& root, const WalkedPath& walked, FileOrigin origin,
                                    const WritableRoots& everWritable, const WritableRoots& ofThisRun);

} // namespace exeat::gate
