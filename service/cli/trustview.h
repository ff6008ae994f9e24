#pragma once

#include "shared/domain/trust.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

/** How `exeat trust` shows what it got, made visible. */
namespace exeat {

/** A table, one project a line. */
std::string listText(const std::vector<TrustStatus>& projects);
/** Everything a person needs to decide: where it stands, what changes, what holds meanwhile. */
std::string fullText(const TrustView& view);
/** One sentence each. */
std::string meanwhileText(const TrustStatus& status);
/** There is something to accept, and nothing in the way. */
bool canBeAccepted(const TrustView& view);

nlohmann::json toJson(const TrustStatus& status);
nlohmann::json toJson(const TrustView& view);

} // namespace exeat
