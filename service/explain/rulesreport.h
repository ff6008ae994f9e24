#pragma once

#include "rules/ruleremoval.h"
#include "service/policy/policypicture.h"
#include "shared/domain/rulesfile.h"

#include <cstdint>
#include <string>
#include <vector>

/** What people see of the rules in force, and what is wrong with rules. Any thread. */
namespace exeat {

/** Every folder and file of the picture with what of it holds. */
std::vector<ListedFolder> listedFolders(const PolicyPicture& picture);

/** A text to be checked, and what is known of its file. */
struct CheckedText {
    rules::RulesSource source;
    std::string text;
};

struct CheckResult {
    std::vector<RulesFinding> findings; ///< by file and line
    std::uint64_t rules = 0;            ///< how many were looked at
};

/** Where bare names lead, and who could have put a program there. */
struct ProgramPlaces {
    std::string searchPath;
    std::string workdir;                    ///< absolute
    std::vector<std::string> everWritable;  ///< of any session
    std::vector<std::string> writableRoots; ///< of a run in `workdir`
};

/** Each text by itself, and all that are good compared with each other. */
CheckResult checkTexts(const std::vector<CheckedText>& texts, const ProgramPlaces& places);

/** All that holds. Files of which only an old version holds are told as broken, and that version is checked. */
CheckResult checkPicture(const PolicyPicture& picture, const ProgramPlaces& places);

} // namespace exeat
