#pragma once

#include "service/mcp/json.h"

#include <chrono>
#include <string>

/** Readers for tool arguments. Absent and null mean the default; errors say what is allowed, for the model. */
namespace exeat::mcp {

Result<std::string> textArgument(const Json& arguments, const char* name, const std::string& otherwise,
                                 std::size_t mostBytes);
Result<bool> flagArgument(const Json& arguments, const char* name, bool otherwise);
Result<std::chrono::milliseconds> durationArgument(const Json& arguments, const char* name,
                                                   std::chrono::milliseconds otherwise, std::chrono::milliseconds least,
                                                   std::chrono::milliseconds most);
/** `yield_ms`: how long a call may stay open. */
Result<std::chrono::milliseconds> yieldArgument(const Json& arguments);

} // namespace exeat::mcp
