#pragma once

#include "shared/domain/approval.h"
#include "shared/domain/history.h"
#include "shared/domain/run.h"

#include <nlohmann/json_fwd.hpp>

/** Our values as the JSON that --json prints. Names are stable; bytes that are not UTF-8 become U+FFFD. */
namespace exeat {

nlohmann::json toJson(const Approval& approval);
nlohmann::json toJson(const ExecRecord& record);
nlohmann::json toJson(const RunSummary& run);
nlohmann::json toJson(const RunResult& result);
nlohmann::json toJson(const Decision& decision);
nlohmann::json wordsToJson(const std::vector<std::string>& words);

} // namespace exeat
