#pragma once

#include "shared/wire/rulesmessages.h"

#include <nlohmann/json_fwd.hpp>

/** Answers about rules as the JSON that --json prints: one object. Names are stable. */
namespace exeat {

nlohmann::json toJson(const wire::RulesListing& listing);
nlohmann::json toJson(const wire::Explanation& explanation);
nlohmann::json toJson(const wire::RulesFindings& findings);

} // namespace exeat
