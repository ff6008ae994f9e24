#include "shared/base/text.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace exeat {
namespace {

struct Decoded {
    std::uint32_t codePoint = 0;
    std::size_t length = 0; ///< bytes used; 0 = invalid
};

/** One character of UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates. */
Decoded decodeOne(std::string_view bytes) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80)
        return {lead, 1};
    std::size_t length = 0;
    std::uint32_t value = 0;
    std::uint32_t smallest = 0;
    if ((lead & 0xE0U) == 0xC0) {
        length = 2, value = lead & 0x1FU, smallest = 0x80;
    } else if ((lead & 0xF0U) == 0xE0) {
        length = 3, value = lead & 0x0FU, smallest = 0x800;
    } else if ((lead & 0xF8U) == 0xF0) {
        length = 4, value = lead & 0x07U, smallest = 0x10000;
    }
    if (length == 0 || bytes.size() < length)
        return {};
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80)
            return {};
        value = (value << 6U) | (byte(i) & 0x3FU);
    }
    if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return {};
    return {value, length};
}

/** Bytes at the front that are ASCII, counted in words of eight: most texts are nothing else. */
std::size_t asciiWords(std::string_view bytes) {
    std::uint64_t word = 0;
    std::size_t length = 0;
    for (; bytes.size() - length >= sizeof(word); length += sizeof(word)) {
        std::memcpy(&word, bytes.data() + length, sizeof(word));
        if ((word & 0x8080808080808080U) != 0)
            break;
    }
    return length;
}

/** Characters that change how others look, or look like nothing (Unicode TR 36, TR 9). */
bool isDeceptive(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x115F || c == 0x1160 ||
           c == 0x17B4 || c == 0x17B5 || c == 0x180E || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0x3164 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || c == 0xFFA0 ||
           (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

std::string escape(std::uint32_t c) {
    switch (c) {
    case '\n':
        return "\\n";
    case '\t':
        return "\\t";
    case '\r':
        return "\\r";
    case 0x1B:
        return "\\e";
    default:
        break;
    }
    std::array<char, 16> text{};
    if (c < 0x100)
        std::snprintf(text.data(), text.size(), "\\x%02x", c);
    else
        std::snprintf(text.data(), text.size(), "\\u{%X}", c);
    return text.data();
}

/** Cuts the middle out of valid UTF-8, never inside a character. */
std::string elide(const std::string& text, std::size_t limit) {
    static constexpr std::string_view mark = "…";
    if (text.size() <= limit)
        return text;
    if (limit <= mark.size())
        return std::string(mark);
    const auto inCharacter = [&](std::size_t at) {
        return at < text.size() && (static_cast<std::uint8_t>(text[at]) & 0xC0U) == 0x80;
    };
    const std::size_t room = limit - mark.size();
    std::size_t head = room * 2 / 3;
    while (head > 0 && inCharacter(head))
        --head;
    std::size_t tail = text.size() - (room - room * 2 / 3);
    while (inCharacter(tail))
        ++tail;
    return text.substr(0, head) + std::string(mark) + text.substr(tail);
}

} // namespace

std::string visible(std::string_view bytes, std::size_t limit) {
    // Every input byte yields at most 8 bytes, so the work is bounded before the text is built.
    std::string head;
    std::string shortened;
    if (bytes.size() > 2 * limit + 64) {
        shortened = std::string(bytes.substr(0, limit + 32)) + std::string(bytes.substr(bytes.size() - limit - 32));
        bytes = shortened;
    }
    while (!bytes.empty()) {
        const Decoded one = decodeOne(bytes);
        if (one.length == 0) {
            head += escape(static_cast<std::uint8_t>(bytes[0]));
            bytes.remove_prefix(1);
            continue;
        }
        if (isDeceptive(one.codePoint))
            head += escape(one.codePoint);
        else
            head += bytes.substr(0, one.length);
        bytes.remove_prefix(one.length);
    }
    return elide(head, limit);
}

std::string visibleCommand(const std::vector<std::string>& argv, std::size_t limit) {
    static constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-./:@]_=,%";
    const auto quote = [](const std::string& word) {
        if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
            return word;
        std::string text = "'";
        for (const char c : word)
            text += c == '\'' ? std::string("'\\''") : std::string(1, c);
        return text + '\'';
    };
    // From both ends, each more than enough: the middle is cut out, and what stands last stays.
    std::string head;
    std::size_t first = 0;
    for (; first < argv.size() && head.size() <= 2 * limit; ++first)
        head += (first == 0 ? "" : " ") + quote(argv[first]);
    std::string tail;
    for (std::size_t last = argv.size(); last > first && tail.size() <= 2 * limit; --last)
        tail = ' ' + quote(argv[last - 1]) + tail;
    return visible(head + tail, limit);
}

std::string toUtf8(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const Decoded one = decodeOne(bytes);
        if (one.length == 0) {
            text += "\xEF\xBF\xBD";
            bytes.remove_prefix(1);
        } else {
            text += bytes.substr(0, one.length);
            bytes.remove_prefix(one.length);
        }
    }
    return text;
}

bool isValidUtf8(std::string_view bytes) {
    for (;;) {
        bytes.remove_prefix(asciiWords(bytes));
        if (bytes.empty())
            return true;
        const Decoded one = decodeOne(bytes);
        if (one.length == 0)
            return false;
        bytes.remove_prefix(one.length);
    }
}

} // namespace exeat
