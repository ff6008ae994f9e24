#pragma once

#include "service/run/runfacilities.h"
#include "service/session/sessionregistry.h"
#include "shared/wire/gatemessages.h"

#include <string>
#include <vector>

namespace exeat {

/**
 * The programs and the environment of one session's gate. A shell or helper that a client names must be an existing
 * file that no agent can write; ours must be there. Errors name the cure.
 */
Result<wire::GateConfig> gateConfig(const SessionSetup& setup, const RuntimePaths& paths, const LoginFacts& login,
                                    const std::vector<std::string>& agentWritableRoots);

/**
 * For a whole call outside: the login's variables, and of the caller's only the short list of DESIGN.md §4.6, as far as
 * their values lead to no file.
 */
std::vector<std::string> outsideEnvironment(const LoginFacts& login, const std::vector<std::string>& callers);

} // namespace exeat
