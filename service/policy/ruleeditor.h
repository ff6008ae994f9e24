#pragma once

#include "rules/ruleremoval.h"
#include "shared/base/error.h"
#include "shared/domain/rulesfile.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace exeat {

/** What is to be done to one rules file: a line more, or a rule less. */
struct RulesEdit {
    rules::RulesSource source;        ///< `file` is absolute and ends in `.rules`
    std::string addedLine;            ///< as ruleText() writes it; if empty:
    int removedLine = 0;              ///< where the rule begins that goes
    std::string header;               ///< first text of a file that is made for the line
    mode_t mode = 0600;               ///< of such a file
    std::optional<mode_t> folderMode; ///< of folders that are made for it; none are made without
};

/** What it would do. Nothing at all where `removedLines` and `addedLines` are empty. */
struct EditPlan {
    std::string file;
    EditEffect effect = EditEffect::Loosens;
    std::vector<std::string> removedLines;
    std::vector<std::string> addedLines;
    std::string contentHash; ///< SHA-256 hex of file, content and edit: of equal plans only
    std::string after;       ///< the whole text
    mode_t mode = 0600;
};

/**
 * Edits rules files for people: all else in them stays byte for byte, permissions are kept, and what comes out is
 * parsed before it replaces the file atomically. Refused: a symbolic link, what is no regular file or another user's,
 * a broken file, an edit that would change more than its rule. One edit at a time of all services of the user. Any
 * thread; blocks for the disk and for another edit.
 */
class RulesEditor {
public:
    /** `stateFolder` holds the lock: no sandbox sees it, so no agent can hold it. */
    explicit RulesEditor(const std::string& stateFolder) : m_lockFile(stateFolder + "/rules.lock") {}

    static Result<EditPlan> plan(const RulesEdit& edit);
    /** Plans it again, and does it if `mayDo` agrees with that. */
    Result<void> carryOut(const RulesEdit& edit, const std::function<Result<void>(const EditPlan&)>& mayDo) const;

private:
    std::string m_lockFile;
};

} // namespace exeat
