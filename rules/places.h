#pragma once

#include <string>
#include <vector>

/**
 * Where a project's rules count. DESIGN.md §5: what tightens is the union over the session's project, the call's
 * workdir and the exec's own directory; what loosens comes only from layers that all three share. `owner` is the
 * directory of the rules, empty for those that hold everywhere.
 */
namespace exeat::rules {

/** The owner's tightening counts: one of the places lies in it. Where no place is known, it counts. */
bool bindsAt(const std::string& owner, const std::vector<std::string>& places);

/** The owner's loosening counts: all of the places lie in it. Where no place is known, it does not. */
bool freesAt(const std::string& owner, const std::vector<std::string>& places);

} // namespace exeat::rules
