#pragma once

#include "shared/domain/explanation.h"
#include "shared/domain/rulesfile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * The part of control.sock's messages that is about rules; see controlmessages.h. All answers come from the rules as
 * the service has them in force. An edit that loosens is a person's act: DESIGN.md §8.
 */
namespace exeat::wire {

// ---- client -> service --------------------------------------------------------------------------------------------

/** Every layer that holds for a folder, lowest first. Answered by RulesListing. */
struct ListRules {
    std::uint64_t request = 0;
    std::string directory; ///< absolute
    bool operator==(const ListRules&) const = default;
};

/** A text in place of a file's, not saved yet. */
struct RulesText {
    std::string file; ///< absolute path; its folder says which words it may use
    std::string text;
    bool operator==(const RulesText&) const = default;
};

/** What would happen to a command. Answered by Explanation. */
struct ExplainCommand {
    std::uint64_t request = 0;
    std::vector<std::string> argv; ///< the words of one command, or empty
    std::string script;            ///< a line of Bash, if `argv` is empty
    std::string workdir;           ///< absolute
    std::string searchPath;        ///< PATH of who would call it
    std::optional<RulesText> replacement;
    bool operator==(const ExplainCommand&) const = default;
};

/**
 * What is wrong or unwise in these texts, compared with each other; without any, in all files that hold for the folder.
 * Answered by RulesFindings.
 */
struct CheckRulesText {
    std::uint64_t request = 0;
    std::vector<RulesText> texts;
    std::string directory;  ///< absolute
    std::string searchPath; ///< where programs are looked for that rules allow by name
    bool operator==(const CheckRulesText&) const = default;
};

/** Which file a new rule goes into. */
enum class RulesTarget {
    User,         ///< our own folder of the user's configuration
    ProjectExeat, ///< `.exeat/rules` of the project that `place` lies in
    File,         ///< `place`
};

/**
 * Adds a rule. Without `contentHash` nothing happens: RulesEditPlan says what would. With the plan's hash it is done,
 * if the file is still as it was, and answered by RequestDone.
 */
struct AddRule {
    std::uint64_t request = 0;
    RulesTarget target = RulesTarget::User;
    std::string place; ///< absolute; unused for User
    PrefixRule rule;   ///< what it says; layer, file, line and the like are not looked at
    std::string contentHash;
    bool operator==(const AddRule&) const = default;
};

/** Takes the statement out of the file that makes the one rule of this line. As AddRule. */
struct RemoveRule {
    std::uint64_t request = 0;
    std::string file; ///< absolute
    int line = 0;
    std::string contentHash;
    bool operator==(const RemoveRule&) const = default;
};

// ---- service -> client --------------------------------------------------------------------------------------------

struct RulesListing {
    std::uint64_t request = 0;
    std::string directory;
    std::vector<ListedFolder> folders;
    std::string brokenNote; ///< why every allow is asked; empty = it is not
    bool operator==(const RulesListing&) const = default;
};

struct Explanation {
    std::uint64_t request = 0;
    std::vector<ExplainedCommand> commands; ///< in the order of the line
    bool operator==(const Explanation&) const = default;
};

struct RulesFindings {
    std::uint64_t request = 0;
    std::vector<RulesFinding> findings; ///< by file and line
    std::uint64_t rules = 0;            ///< how many were looked at
    std::uint64_t leftOut = 0;          ///< findings that found no room in the message
    bool operator==(const RulesFindings&) const = default;
};

/** What an edit would do. */
struct RulesEditPlan {
    std::uint64_t request = 0;
    std::string file;
    EditEffect effect = EditEffect::Loosens;
    std::vector<std::string> removedLines;
    std::vector<std::string> addedLines;
    std::string contentHash; ///< of the file as it is and the edit
    bool operator==(const RulesEditPlan&) const = default;
};

} // namespace exeat::wire
