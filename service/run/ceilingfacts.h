#pragma once

#include "service/run/runfacilities.h"
#include "service/sandbox/ceiling.h"

#include <functional>
#include <optional>
#include <string>

namespace exeat {

/** The real path of an existing folder, or nothing. */
std::optional<std::string> realFolder(const std::string& path);

/**
 * What ceilingOf() asks of this machine, for an agent of that claimed name in that project. `isAgentWritable`: a
 * session could ever write there; it outlives the facts.
 */
CeilingFacts ceilingFactsOf(const RuntimePaths& paths, const LoginFacts& login, const CeilingSettings& settings,
                            const std::string& projectRoot, const std::string& agentName,
                            std::function<bool(const std::string& folder)> isAgentWritable);

} // namespace exeat
