#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

/** The one way by which the command line prints JSON. */
namespace exeat {

enum class JsonForm { Line, Indented };

/**
 * Writes the value and a newline to standard output, safe for a terminal. Its strings are UTF-8 already (toUtf8()).
 */
void sayJson(const nlohmann::json& value, JsonForm form = JsonForm::Line);
void sayJson(const nlohmann::ordered_json& value, JsonForm form = JsonForm::Line);

/**
 * JSON of the same meaning without characters that steer a terminal or turn text around: DEL, C1 controls (ECMA-48) and
 * the bidirectional controls of Unicode TR 9 become \uXXXX. All others stay as they are. `json` is valid UTF-8.
 */
std::string jsonForTerminals(std::string_view json);

} // namespace exeat
