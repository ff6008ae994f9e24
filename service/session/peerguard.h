#pragma once

namespace exeat {

/** How a process that speaks to one of our sockets stands to the agents (DESIGN.md §8). */
enum class PeerStanding {
    Free,            ///< neither of the below
    DescendsFromRun, ///< started by a run, inside or outside its sandbox
    SharesAgent,     ///< shares an ancestor below the login session with a live shim: the agent's own child
};

} // namespace exeat
