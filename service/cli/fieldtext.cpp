#include "service/cli/fieldtext.h"

#include "shared/base/text.h"

#include <algorithm>

namespace exeat {
namespace {

constexpr std::size_t nameColumns = 14;
constexpr std::string_view goesOn = "            | "; // as wide as a name
constexpr std::size_t fewestColumns = 20;
constexpr std::size_t excerptBytes = 2000;

std::size_t charactersBytes(std::string_view text) {
    std::size_t bytes = 1;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80)
        ++bytes;
    return bytes;
}

/** As much of valid UTF-8 as surely fits: terminals disagree about what is wide, so all that is not ASCII is. */
std::string_view rowOf(std::string_view text, std::size_t columns) {
    std::size_t used = 0;
    std::size_t taken = 0;
    while (taken < text.size()) {
        const std::size_t bytes = charactersBytes(text.substr(taken));
        used += bytes == 1 ? 1 : 2;
        if (used > columns && taken > 0)
            break;
        taken += bytes;
    }
    return text.substr(0, taken);
}

std::string nameText(std::string_view name) {
    std::string text = "  " + std::string(name);
    text.resize(std::max(nameColumns, text.size() + 1), ' ');
    return text;
}

} // namespace

std::string fieldText(std::string_view name, std::string_view value, std::size_t width, FieldExtent extent) {
    if (value.empty())
        return {};
    std::string shown = visible(value, wholeText);
    std::string text = nameText(name);
    if (extent == FieldExtent::Excerpt && shown.size() > excerptBytes) {
        shown = visible(value, excerptBytes);
        text = nameText(std::string(name) + " (in part, of " + std::to_string(value.size()) + " bytes)") + '\n';
        text += goesOn;
    }
    const std::size_t columns = std::max(width, nameColumns + fewestColumns) - nameColumns;
    for (std::string_view rest = shown; !rest.empty();) {
        const std::string_view row = rowOf(rest, columns);
        text.append(row);
        text += '\n';
        rest.remove_prefix(row.size());
        if (!rest.empty())
            text += goesOn;
    }
    return text;
}

std::string fieldText(std::string_view name, const std::vector<std::string>& values, std::size_t width) {
    std::string text;
    for (const std::string& value : values)
        text += fieldText(text.empty() ? name : "", value, width);
    return text;
}

} // namespace exeat
