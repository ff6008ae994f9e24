#pragma once

#include <string_view>

/** What of an agent's environment follows a command out without a rule that says so. DESIGN.md §4.6. */
namespace exeat {

/** The short list: locale, terminal, time zone. */
bool mayFollowOutside(std::string_view name);

/** Loads code into any program before its first instruction (ld.so(8)); no rule can hand that to an agent. */
bool steersLoader(std::string_view name);

/**
 * Whether a value of the short list only chooses among what the system has. One that leads to a file makes libraries
 * read it, and an agent could have written that; sudo's env_check refuses the same (sudoers(5)).
 */
bool isHarmlessOutside(std::string_view name, std::string_view value);

} // namespace exeat
