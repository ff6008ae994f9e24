#pragma once

#include "rules/policy.h"
#include "shared/base/error.h"

#include <string>
#include <string_view>

namespace exeat::rules {

/** Which file a text is of, and how it is read. */
struct RulesSource {
    std::string file;
    Layer layer = Layer::User;
    Vocabulary vocabulary = Vocabulary::Codex;
};

/**
 * The text without the one statement that makes the rule of `line`; all else stays byte for byte, comments beside it,
 * too. Refused, with words: the rule is made by a loop, a function or a condition, several rules come from one call,
 * several statements share the line, or something else would change as well. Pure; thread-safe.
 */
Result<std::string> withoutRule(std::string_view text, int line, const RulesSource& source);

/** What the text declares; a broken one is refused with the place and the fault. */
Result<RulesFile> parsedOrRefused(std::string_view text, const RulesSource& source);

} // namespace exeat::rules
