#pragma once

#include "shared/base/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace exeat::mcp {

/** JSON lives only in service/mcp and in the shim: past them everything is a domain type. */
using Json = nlohmann::json;

/**
 * One JSON text, at most limits::jsonLineBytes and limits::jsonDepth deep. The depth is counted on the bytes before
 * anything is built, because copying and printing a tree recurse. Limit: too large or too deep; Invalid: not JSON.
 */
Result<Json> parseJson(std::string_view text);

/** One line without a newline; bytes that are not UTF-8 become U+FFFD, so it never throws. */
std::string printJson(const Json& json);

/** The member of an object, or null if it is no object or has none. */
const Json* member(const Json& object, const char* key);
/** As member(), and only if it is of this type. */
const Json* objectMember(const Json& object, const char* key);
std::optional<std::string> stringMember(const Json& object, const char* key);
/** An integral number of any JSON spelling (`3`, `3.0`) that fits. */
std::optional<std::int64_t> asInteger(const Json& value);

} // namespace exeat::mcp
