#pragma once

#include "shared/wire/rulesmessages.h"

#include <cstddef>

/** Answers about rules, cut to what one frame can hold; what is left out is counted in them. Pure; any thread. */
namespace exeat {

wire::RulesListing fitted(wire::RulesListing listing, std::size_t bytes);
wire::Explanation fitted(wire::Explanation explanation, std::size_t bytes);
wire::RulesFindings fitted(wire::RulesFindings findings, std::size_t bytes);

} // namespace exeat
