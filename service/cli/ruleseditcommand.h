#pragma once

#include "service/cli/commandline.h"
#include "shared/base/error.h"
#include "shared/wire/rulesmessages.h"

namespace exeat {

/** `exeat rules add` and `remove`: show what would change, ask for a typed word where it loosens, have it done. */
int rulesAddCommand(const Arguments& arguments);
int rulesRemoveCommand(const Arguments& arguments);

/** FILE:LINE; the file may hold colons. Errors are of usage. */
Result<wire::RemoveRule> parseRulePlace(const std::string& text);

/**
 * The rule of the listing whose pattern is exactly these words, in a file that a person edits. Missing or Invalid, with
 * the places, where it is not one.
 */
Result<wire::RemoveRule> ruleLike(const wire::RulesListing& listing, const std::vector<std::string>& words);

} // namespace exeat
