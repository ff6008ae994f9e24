#pragma once

#include "service/run/runfacilities.h"
#include "service/sandbox/ceiling.h"

#include <optional>
#include <string>

namespace exeat {

/** The real path of an existing folder, or nothing. */
std::optional<std::string> realFolder(const std::string& path);

/** What ceilingOf() asks of this machine, for an agent of that claimed name in that project. */
CeilingFacts ceilingFactsOf(const RuntimePaths& paths, const LoginFacts& login, const CeilingSettings& settings,
                            const std::string& projectRoot, const std::string& agentName);

} // namespace exeat
