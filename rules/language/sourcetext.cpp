#include "rules/language/sourcetext.h"

#include "shared/base/text.h"

#include <algorithm>
#include <cstddef>

namespace exeat::rules {
namespace {

constexpr std::size_t excerptBytes = 512;

} // namespace

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
    if (text.size() > excerptBytes) {
        std::size_t cut = excerptBytes;
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80)
            --cut;
        text = text.substr(0, cut);
    }
    return text;
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
