#pragma once

#include "service/cli/check.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exeat {

/** Where an agent's settings lie. */
struct AgentPlaces {
    std::string home;
    std::string codexHome;
    std::string project{}; ///< folder whose own agents' files are read, too; empty = none
};

enum class OwnShell { Off, On, CannotBeSwitchedOff };

/** What an agent's own configuration, the project's included, says of Exeat. Facts and their certainty: setupText(). */
struct AgentConfig {
    std::string name;
    std::vector<std::string> files; ///< those that were read
    bool present = false;           ///< it has settings here
    bool registered = false;        ///< some MCP server of it is `exeat mcp`
    OwnShell ownShell = OwnShell::On;
    std::string problem; ///< a file that cannot be read or parsed
};

/** Names as `exeat setup --print NAME` takes them. */
std::span<const std::string_view> knownAgents();
/** Reads bounded files, writes nothing. All known agents. */
std::vector<AgentConfig> readAgentConfigs(const AgentPlaces& places);
/** As a line of doctor: broken where rules do not bind an agent that uses Exeat. */
Check checkOf(const AgentConfig& agent);
/** What to put where, for a person to copy: registers Exeat, switches the agent's own shell off, allows our tool
 *  without a second question. Empty for an unknown name. `program`: absolute path of `exeat`. */
std::string setupText(std::string_view agent, const std::string& program);

} // namespace exeat
