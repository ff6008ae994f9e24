#pragma once

#include "shared/base/process.h"
#include "shared/domain/ids.h"

#include <functional>
#include <map>
#include <vector>

#include <sys/types.h>

namespace exeat {

/** Where a peer of control.sock stands towards the agents. DESIGN.md §8. */
enum class PeerStanding {
    Free,            ///< nothing of an agent above it
    DescendsFromRun, ///< it, or what started it, came from a run; or the kernel does not tell any more
    SharesAgent,     ///< an agent started it, beside the shim
};

/** A process for ever: pids are used again, pid with start time is not. */
struct ProcessKey {
    pid_t pid = 0;
    std::uint64_t startTime = 0;
    auto operator<=>(const ProcessKey&) const = default;
};

/**
 * The processes that make up the agent of a shim: the shim, its parent, and so on upwards as far as the login session.
 * The walk stops
 *  - before pid 1 and before the user's systemd (program `systemd`, child of pid 1): everything of the user hangs
 * there;
 *  - before a process of another user: sshd, login and display managers run as root;
 *  - before the user's own session programs (gnome-shell, plasmashell, tmux, sshd … from folders that only root can
 *    write): every window and terminal of the user hangs there, so sharing them says nothing. Known by the path of
 *    their program, because a process chooses its own name (PR_SET_NAME);
 *  - before an interactive shell (a shell without -c and without a script, that leads a session with a controlling
 *    terminal): the person types there, before the agent and beside it;
 *  - behind any other leader of a session with a controlling terminal (`xterm -e agent`): it is the agent, and what is
 *    above it is the terminal program with all its other windows.
 * Read once, when the shim connects: an agent that later leaves its parents stays what it was. A daemon that an agent
 * sends away by a double fork is not seen by any ancestry; answers need a terminal as well (SECURITY.md).
 */
std::vector<ProcessKey> agentTree(pid_t shim);

/** Who may speak for a person. Main thread only. */
class PeerGuard {
public:
    /** `gates`: live gates. Everything else below this process counts as of a run too: it is our subreaper's find. */
    explicit PeerGuard(std::function<std::vector<pid_t>()> gates) : m_gates(std::move(gates)) {}

    void remember(const SessionId& session, std::vector<ProcessKey> tree) { m_trees[session] = std::move(tree); }
    /** When the shim is gone and the last of its runs has ended. */
    void forget(const SessionId& session) { m_trees.erase(session); }

    PeerStanding standingOf(pid_t pid) const;

private:
    std::function<std::vector<pid_t>()> m_gates;
    std::map<SessionId, std::vector<ProcessKey>> m_trees;
};

} // namespace exeat
