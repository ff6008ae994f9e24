#pragma once

#include "service/policy/rulestore.h"

#include <memory>
#include <string>
#include <vector>

/** What a project's rules say, whatever folder or branch they lie in: what a person accepts. DESIGN.md §5. */
namespace exeat {

/** The rules folders of one directory, as RuleStore has them. */
using ProjectFolders = std::vector<std::shared_ptr<const FolderRules>>;

struct ProjectContent {
    RulesTexts texts; ///< by path below the directory: `.codex/rules/x.rules`
    std::string hash; ///< of them, SHA-256 in hex
    rules::RulesFile declared;
    std::string brokenNote;            ///< as FolderRules
    std::vector<std::string> problems; ///< as FolderRules
};

ProjectContent contentOf(const std::string& directory, const ProjectFolders& folders);

/** Texts as above, run again. What does not parse (any more) says nothing. */
rules::RulesFile declaredBy(const RulesTexts& texts, const std::string& directory);

/** They differ at most in where it stands: comments, blank lines, names of files. */
bool meansTheSame(rules::RulesFile a, rules::RulesFile b);

/** Rules and entries that let something out, or more of the environment, once they count. */
std::size_t looseningIn(const rules::RulesFile& declared);

} // namespace exeat
