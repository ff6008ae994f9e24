#include "service/mcp/json.h"

#include "shared/base/limits.h"

#include <cmath>

namespace exeat::mcp {
namespace {

/** True if arrays and objects nest deeper than limits::jsonDepth. Exact for valid JSON; invalid text fails later. */
bool nestsTooDeep(std::string_view text) {
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > limits::jsonDepth)
                return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

} // namespace

Result<Json> parseJson(std::string_view text) {
    if (text.size() > limits::jsonLineBytes)
        return fail(ErrorKind::Limit, "the message has " + std::to_string(text.size()) + " bytes; at most " +
                                          std::to_string(limits::jsonLineBytes) + " are taken");
    if (nestsTooDeep(text))
        return fail(ErrorKind::Limit, "the message nests deeper than " + std::to_string(limits::jsonDepth) + " levels");
    Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (json.is_discarded())
        return fail(ErrorKind::Invalid, "the message is not valid JSON");
    return json;
}

std::string printJson(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* member(const Json& object, const char* key) {
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

const Json* objectMember(const Json& object, const char* key) {
    const Json* value = member(object, key);
    return value != nullptr && value->is_object() ? value : nullptr;
}

std::optional<std::string> stringMember(const Json& object, const char* key) {
    const Json* value = member(object, key);
    if (value == nullptr || !value->is_string())
        return std::nullopt;
    return value->get<std::string>();
}

std::optional<std::int64_t> asInteger(const Json& value) {
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (number > static_cast<std::uint64_t>(INT64_MAX))
            return std::nullopt;
        return static_cast<std::int64_t>(number);
    }
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (value.is_number_float()) {
        const double number = value.get<double>();
        // Beyond 2^53 a double no longer names one integer.
        if (std::trunc(number) != number || std::fabs(number) > 9007199254740992.0)
            return std::nullopt;
        return static_cast<std::int64_t>(number);
    }
    return std::nullopt;
}

} // namespace exeat::mcp
