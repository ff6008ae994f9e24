#pragma once

#include "rules/policy.h"
#include "shared/base/limits.h"

#include <string>
#include <string_view>
#include <vector>

/** Rules in words for people, visible and whole. The words of the language itself are in service/policy/rulewriter.h.
 */
namespace exeat::rules {

/** For visible(): nothing is cut, because a person accepts what is shown. It makes at most 8 bytes of one. */
inline constexpr std::size_t uncut = 16 * limits::rulesFileBytes;

std::string_view wordOf(RuleDecision decision); ///< allow, prompt, forbidden
std::string_view wordOf(RuleSandbox sandbox);
std::string_view wordOf(NetworkProtocol protocol);

/** "`git [push|pull]`" */
std::string patternText(const std::vector<PatternToken>& pattern);
/** Several, with commas. */
std::string exceptionsText(const std::vector<std::vector<PatternToken>>& exceptions);
/** The same for names and paths. */
std::string namesText(const std::vector<std::string>& names);

/** Which commands the rule meets, its exceptions left out. */
std::string subjectText(const PrefixRule& rule);

/** "forbidden `git push` unless `git push --dry-run`" */
std::string textOf(const PrefixRule& rule);
std::string textOf(const HostExecutable& host);
std::string textOf(const NetworkRule& rule);

} // namespace exeat::rules
