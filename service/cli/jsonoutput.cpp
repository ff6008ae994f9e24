#include "service/cli/jsonoutput.h"

#include "service/cli/output.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <cstdio>

namespace exeat {
namespace {

std::uint8_t byteAt(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : 0;
}

struct Steering {
    unsigned codePoint = 0;
    std::size_t length = 0; ///< in bytes; 0 = the text begins with another character
};

/** All of them lie below U+0080, in U+0080-07FF with lead C2 or D8, or in U+2000-207F. */
Steering steeringAt(std::string_view text) {
    const std::uint8_t first = byteAt(text, 0);
    const std::uint8_t second = byteAt(text, 1);
    const std::uint8_t third = byteAt(text, 2);
    if (first == 0x7F)
        return {0x7F, 1};
    if (first == 0xC2 && second >= 0x80 && second <= 0x9F)
        return {second, 2};
    if (first == 0xD8 && second == 0x9C)
        return {0x061C, 2};
    if (first != 0xE2 || (second != 0x80 && second != 0x81))
        return {};
    const unsigned codePoint = 0x2000U + ((second & 0x3FU) << 6U) + (third & 0x3FU);
    const bool turns = codePoint == 0x200E || codePoint == 0x200F || (codePoint >= 0x202A && codePoint <= 0x202E) ||
                       (codePoint >= 0x2066 && codePoint <= 0x2069);
    return turns ? Steering{codePoint, 3} : Steering{};
}

template<class Json>
void print(const Json& value, JsonForm form) {
    say(jsonForTerminals(value.dump(form == JsonForm::Indented ? 2 : -1)) + "\n");
}

} // namespace

void sayJson(const nlohmann::json& value, JsonForm form) {
    print(value, form);
}

void sayJson(const nlohmann::ordered_json& value, JsonForm form) {
    print(value, form);
}

std::string jsonForTerminals(std::string_view json) {
    // Outside of strings JSON is ASCII, so each of them stands in a string, and never behind a lone backslash.
    std::string text;
    text.reserve(json.size());
    while (!json.empty()) {
        const Steering steering = steeringAt(json);
        if (steering.length == 0) {
            text += json.front();
            json.remove_prefix(1);
            continue;
        }
        std::array<char, 8> escape{};
        std::snprintf(escape.data(), escape.size(), "\\u%04x", steering.codePoint);
        text += escape.data();
        json.remove_prefix(steering.length);
    }
    return text;
}

} // namespace exeat
