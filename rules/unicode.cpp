#include "rules/unicode.h"

#include "rules/language/utf8.h"

#include <array>
#include <cstdlib>
#include <memory>

#include <utf8proc.h>

namespace exeat::rules {
namespace {

utf8proc_category_t categoryOf(std::uint32_t c) {
    return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

std::string mapped(std::string_view text, utf8proc_option_t options) {
    utf8proc_uint8_t* raw = nullptr;
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &raw, options);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(raw, &std::free);
    // Valid UTF-8 is never refused; were it, the text itself is the stricter comparison.
    if (length < 0)
        return std::string(text);
    return std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
}

/** The full case folding of one character: up to three. */
std::size_t foldingOf(std::uint32_t c, std::array<utf8proc_int32_t, 8>& folded) {
    int lastBoundary = 0;
    const auto count =
        utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), folded.data(),
                                static_cast<utf8proc_ssize_t>(folded.size()), UTF8PROC_CASEFOLD, &lastBoundary);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
}

void addUpper(std::string& out, std::uint32_t c) {
    std::array<utf8proc_int32_t, 8> folded{};
    // Where folding makes several characters of one, its upper case is that of them (SpecialCasing.txt).
    const std::size_t count = isUpperLetter(c) ? 1 : foldingOf(c, folded);
    if (count <= 1) {
        appendUtf8(out, static_cast<std::uint32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))));
        return;
    }
    for (std::size_t i = 0; i < count; ++i)
        appendUtf8(out, static_cast<std::uint32_t>(utf8proc_toupper(folded.at(i))));
}

constexpr std::uint32_t capitalSigma = 0x3A3;
constexpr std::uint32_t finalSigma = 0x3C2;
constexpr std::uint32_t dottedI = 0x130;

} // namespace

bool isLetter(std::uint32_t c) {
    const auto category = categoryOf(c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) || category == UTF8PROC_CATEGORY_NL;
}

bool isNumeric(std::uint32_t c) {
    const auto category = categoryOf(c);
    return category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
}

bool isUpperLetter(std::uint32_t c) {
    return categoryOf(c) == UTF8PROC_CATEGORY_LU;
}

bool isLowerLetter(std::uint32_t c) {
    return categoryOf(c) == UTF8PROC_CATEGORY_LL;
}

bool isWhiteSpace(std::uint32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::string upperCase(std::string_view text) {
    std::string out;
    for (; !text.empty(); text.remove_prefix(characterLength(text[0])))
        addUpper(out, firstCharacter(text));
    return out;
}

std::string lowerCase(std::string_view text) {
    std::string out;
    bool insideWord = false;
    while (!text.empty()) {
        const std::uint32_t c = firstCharacter(text);
        text.remove_prefix(characterLength(text[0]));
        const bool wordGoesOn = !text.empty() && isLetter(firstCharacter(text));
        if (c == capitalSigma && insideWord && !wordGoesOn)
            appendUtf8(out, finalSigma);
        else if (c == dottedI)
            out += "i\xCC\x87";
        else
            appendUtf8(out, static_cast<std::uint32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
        insideWord = isLetter(c);
    }
    return out;
}

std::string canonicalFolding(std::string_view text) {
    bool ascii = true;
    for (const char c : text)
        ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    if (ascii) {
        std::string folded(text);
        for (char& c : folded)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        return folded;
    }
    const auto decompose = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
    return mapped(mapped(text, decompose), static_cast<utf8proc_option_t>(decompose | UTF8PROC_CASEFOLD));
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isWhiteSpace(firstCharacter(text)))
        text.remove_prefix(characterLength(text[0]));
    while (!text.empty()) {
        std::size_t last = text.size() - 1;
        while ((static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80)
            --last;
        if (!isWhiteSpace(firstCharacter(text.substr(last))))
            break;
        text.remove_suffix(text.size() - last);
    }
    return text;
}

} // namespace exeat::rules
