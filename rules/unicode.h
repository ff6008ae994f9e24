#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/** What Unicode says of characters, by utf8proc. All texts are valid UTF-8. */
namespace exeat::rules {

bool isLetter(std::uint32_t c);
bool isNumeric(std::uint32_t c); ///< digits, and what else counts: ½, ²
bool isUpperLetter(std::uint32_t c);
bool isLowerLetter(std::uint32_t c);
bool isWhiteSpace(std::uint32_t c); ///< property White_Space

/** Full mappings: `ß` becomes `SS`, a sigma that ends a word `ς`. */
std::string upperCase(std::string_view text);
std::string lowerCase(std::string_view text);

/**
 * Two texts are a canonical caseless match (Unicode, definition D145) if and only if these are equal: full case folding
 * between canonical decompositions. `ß` is `SS`, the Kelvin sign is `k`; `İ` is not `i`.
 */
std::string canonicalFolding(std::string_view text);

/** Without white space at both ends. */
std::string_view trimmed(std::string_view text);

} // namespace exeat::rules
