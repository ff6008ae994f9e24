#include "rules/language/sourcetext.h"

#include "rules/language/utf8.h"
#include "shared/base/text.h"

#include <algorithm>
#include <cstddef>

namespace exeat::rules {
namespace {

/** What a terminal shows in one row or two. */
constexpr std::size_t excerptCharacters = 120;

std::string_view lineOf(std::string_view text, int line) {
    for (; line > 1; --line) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos)
            return {};
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    return text;
}

/** Behind so many characters; the text need not be UTF-8. */
std::size_t byteAt(std::string_view text, std::size_t characters) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80;
        if (begins && characters-- == 0)
            break;
    }
    return at;
}

} // namespace

Excerpt excerptAt(std::string_view text, Position at) {
    const std::string_view line = lineOf(text, at.line);
    const std::size_t length = characterCount(line);
    if (length <= excerptCharacters)
        return {std::string(line), 1};
    const auto place = static_cast<std::size_t>(std::max(at.column - 1, 0));
    const std::size_t half = excerptCharacters / 2;
    const std::size_t first = std::min(place - std::min(place, half), length - excerptCharacters);
    const std::size_t begin = byteAt(line, first);
    const std::size_t end = begin + byteAt(line.substr(begin), excerptCharacters);
    Excerpt excerpt{std::string(line.substr(begin, end - begin)), static_cast<int>(first) + 1};
    if (first > 0) {
        excerpt.text.insert(0, "…");
        --excerpt.column;
    }
    if (end < line.size())
        excerpt.text += "…";
    return excerpt;
}

Position firstInvalid(std::string_view text) {
    Position at;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size()));
        if (!isValidUtf8(line)) {
            std::size_t good = 0;
            while (good < line.size()) {
                std::size_t length = 1;
                while (length <= 4 && good + length <= line.size() && !isValidUtf8(line.substr(good, length)))
                    ++length;
                if (length > 4 || good + length > line.size())
                    break;
                good += length;
                ++at.column;
            }
            return at;
        }
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        ++at.line;
    }
    return at;
}

} // namespace exeat::rules
