#pragma once

#include "shared/wire/rulesmessages.h"

#include <vector>

namespace exeat {

/**
 * Checks the texts in this process, for where no service can be reached. What it cannot tell is whether a bare name is
 * proof enough for an allow: that needs to know what agents may write outside.
 */
wire::RulesFindings lintHere(const std::vector<wire::RulesText>& texts);

} // namespace exeat
