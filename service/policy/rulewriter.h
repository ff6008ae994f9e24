#pragma once

#include "shared/base/error.h"
#include "shared/domain/policysnapshot.h"

#include <string>
#include <vector>

namespace exeat {

/**
 * The rule as one line of a rules file, with `examples` as `match`. Invalid: a word is not UTF-8, so no rules file can
 * hold it. Words that look like nothing or like others are written as escapes.
 */
Result<std::string> ruleText(const PrefixRule& rule, const std::vector<std::vector<std::string>>& examples);

} // namespace exeat
