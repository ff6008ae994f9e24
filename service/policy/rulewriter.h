#pragma once

#include "shared/base/error.h"
#include "shared/domain/policysnapshot.h"

#include <string>
#include <vector>

/** Writing rules: one call of prefix_rule as text, and adding it to a file. */
namespace exeat {

/**
 * The rule as one line of a rules file, with `examples` as `match`. Invalid: a word is not UTF-8, so no rules file can
 * hold it. Words that look like nothing or like others are written as escapes.
 */
Result<std::string> ruleText(const PrefixRule& rule, const std::vector<std::vector<std::string>>& examples);

/**
 * Adds the rule at the end of `folder`/`name`, keeping all else byte for byte: under a lock, as a new file that
 * replaces the old one. Makes the folder (0700) and the file (0600) if missing; does nothing if the same line is there.
 * Refused: the file is a link or broken, so that nothing is hidden behind a mistake. Blocks for the disk and the lock.
 */
Result<void> appendRule(const std::string& folder, const std::string& name, const PrefixRule& rule,
                        const std::vector<std::vector<std::string>>& examples);

} // namespace exeat
