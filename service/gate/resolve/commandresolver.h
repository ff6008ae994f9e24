#pragma once

#include "service/gate/resolve/fileorigin.h"
#include "service/gate/resolve/interpreter.h"
#include "service/gate/resolve/peerview.h"
#include "shared/domain/command.h"

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace exeat::gate {

enum class ClaimSource {
    Process,  ///< what it sees is compared with what we see
    Question, ///< nobody runs it; a person asks what would happen
};

/** Where a claim comes from: what the run knows of itself. */
struct ResolveContext {
    pid_t caller = 0; ///< the kernel's word: who made the helper's socket; 0 = unknown
    const WritableRoots& everWritable;
    const WritableRoots& ofThisRun;
    ClaimSource source = ClaimSource::Process;
};

/** What could be proven of a claim. `command.environment`, `droppedEnvironment`, `chain` are not filled here. */
struct Resolution {
    Command command;
    std::string calledAs; ///< absolute path, links not followed
    std::string execPath; ///< for execve in the judged working directory; as `binding` says: as called, relative too,
                          ///< or realPath
    ExecForm form = ExecForm::Direct;
    bool script = false;                             ///< what the kernel loads is an interpreter
    ScriptBinding binding = ScriptBinding::AsCalled; ///< of a script, or of a binary behind an agent's link
    bool agentsInterpreter = false;                  ///< an agent could write what runs the script
    /** O_PATH of working directory, file and interpreter (the last two once proven): as long as they are open, device
     * and inode name nothing else. */
    std::vector<UniqueFd> pins;
    /** What a glance opened and a proof goes on with; nothing afterwards, or where there is nothing to prove. */
    std::optional<WalkedPath> walked;
    std::optional<PeerView> view;
    std::string obstacle; ///< in words, why it cannot run outside; empty = it can
    /** There is nothing here that execve would start: inside, the caller gets the kernel's own error. */
    bool fails = false;
};

/**
 * Claims into commands: opens what is named in our own mount namespace and compares it with what the caller sees.
 * Fail closed: what cannot be proven gets an obstacle, never an error. Stateless but for the root; not thread-safe.
 */
class CommandResolver {
public:
    static Result<CommandResolver> create();

    /**
     * As far as names and places go, which is half the work. It does not ask where the caller stands, what would load a
     * script and which privileges the file gives: each of them can only keep a command from running outside. So what
     * the rules leave inside by this, they leave inside when proven; for every other verdict prove() is to be called.
     */
    Resolution glance(const ClaimedCommand& claim, const ResolveContext& context) const;
    /** The other half, about the very objects that the glance opened. */
    void prove(Resolution& resolution, const ResolveContext& context) const;

private:
    explicit CommandResolver(UniqueFd root) : m_root(std::move(root)) {}
    UniqueFd m_root;
};

} // namespace exeat::gate
