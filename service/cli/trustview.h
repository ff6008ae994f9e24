#pragma once

#include "shared/domain/trust.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

/** How `exeat trust` shows what it got, made visible. */
namespace exeat {

/** Tables: one project a line, then one file a line. */
std::string listText(const std::vector<TrustStatus>& projects, const std::vector<FileConfirmation>& files);
/** Everything a person needs to decide: where it stands, what changes, what holds meanwhile. */
std::string fullText(const TrustView& view);
/** There is something to accept, and nothing in the way. */
bool canBeAccepted(const TrustView& view);

nlohmann::json toJson(const TrustStatus& status);
nlohmann::json toJson(const TrustView& view);
nlohmann::json toJson(const FileConfirmation& file);

} // namespace exeat
