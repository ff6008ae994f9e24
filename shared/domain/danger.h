#pragma once

#include <string>
#include <vector>

namespace exeat {

/** A command of the danger list, found in what an agent wrote. DESIGN.md §4.3. */
struct Danger {
    std::string id;                   ///< of the list: "rm-force"
    std::vector<std::string> command; ///< what is dangerous, wrappers taken off; what only Bash could tell as written
    std::string what;                 ///< what it would do; follows the command: "deletes without asking"
    std::string instead;              ///< what an agent may do that is not asked; a sentence, may be empty
    std::string host;                 ///< the machine that it happens on, as the agent names it; empty: this one
    bool operator==(const Danger&) const = default;
};

/** `[heuristics]` of config.toml. */
struct HeuristicSettings {
    bool enabled = true;
    std::vector<std::string> off; ///< ids of the list
    bool operator==(const HeuristicSettings&) const = default;
};

} // namespace exeat
