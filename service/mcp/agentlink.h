#pragma once

#include "service/mcp/clientanswers.h"
#include "service/mcp/elicitation.h"
#include "service/mcp/mcpservices.h"

#include <map>
#include <optional>
#include <string>

namespace exeat::mcp {

/** How many calls of one connection wait for each run. */
class RunFollowers {
public:
    void add(const RunId& run) { ++m_counts[run]; }
    void remove(const RunId& run) {
        if (const auto found = m_counts.find(run); found != m_counts.end() && --found->second == 0)
            m_counts.erase(found);
    }
    bool any(const RunId& run) const { return m_counts.contains(run); }

private:
    std::map<RunId, int> m_counts;
};

/** What the calls of one connection share. Outlives them. */
struct AgentLink {
    McpServices& services;
    SessionId session;
    std::string workdir; ///< of the agent, absolute
    ClientAnswers& answers;
    Elicitations& elicitations;
    RunFollowers& followers;
    std::optional<ClientSandbox> sandbox; ///< last codex/sandbox-state/update
};

} // namespace exeat::mcp
