#pragma once

#include "shared/domain/policysnapshot.h"

#include <cstdint>
#include <string>
#include <vector>

/** Rules files as people look at them: what is in them, what of it holds, what is wrong with them. */
namespace exeat {

/** Which words a file may use: `.codex` folders stay strictly in Codex's vocabulary. DESIGN.md §5. */
enum class Vocabulary { Codex, Exeat };

enum class NetworkProtocol { Http, Https, Socks5Tcp, Socks5Udp };

/** Kept and shown; nothing enforces it yet. */
struct NetworkRule {
    std::string host; ///< without port, brackets and dots at the end, small letters
    NetworkProtocol protocol = NetworkProtocol::Https;
    RuleDecision decision = RuleDecision::Forbidden;
    std::string justification;
    std::string file = {};
    int line = 0;
    bool operator==(const NetworkRule&) const = default;
};

enum class RulesFileState {
    Good,
    LastGood, ///< broken now; its last good version holds
    Broken,   ///< and no good version was ever seen: nothing of it holds, and every allow is asked
};

struct ListedRule {
    PrefixRule rule;      ///< `loosens` as it holds now
    bool removed = false; ///< no longer in the file, and holds until a person accepts that
    bool operator==(const ListedRule&) const = default;
};

struct ListedFile {
    std::string path;
    RulesFileState state = RulesFileState::Broken;
    std::string problem; ///< for a person, with line, column and excerpt; empty if Good
    int line = 0;        ///< of the problem, 0 = of the file as a whole
    int column = 0;
    std::vector<ListedRule> rules;
    std::vector<HostExecutable> hosts;
    std::vector<NetworkRule> network;
    std::uint64_t leftOut = 0; ///< rules that found no room in the message
    bool operator==(const ListedFile&) const = default;
};

struct ListedFolder {
    Layer layer = Layer::Project;
    std::string path;
    Vocabulary vocabulary = Vocabulary::Codex;
    std::string problem; ///< it cannot be read, or not wholly; empty = it can, or is not there
    std::vector<ListedFile> files;
    bool operator==(const ListedFolder&) const = default;
};

/** What a change of a rules file would mean; Loosens where it does both. */
enum class EditEffect { Tightens, Loosens };

enum class FindingKind {
    Broken, ///< the file cannot be used at all
    NeverMatches,
    RelativeProgram, ///< a rule that asks or forbids, which another spelling passes by
    Duplicate,
    Shadowed,        ///< another rule makes it pointless
    EqualsNoSandbox, ///< an allow for a program that starts any other
    DoesNotCount,    ///< an allow that proves nothing, or a word of a rule without effect
    AnswersPrompts,  ///< an allow that answers more questions than one, or none
    NoExample,
    NotAllCompared, ///< there are more rules than are compared with each other
};

enum class Severity { Error, Warning, Hint };

/** One thing that is wrong or unwise in a rules file. */
struct RulesFinding {
    FindingKind kind = FindingKind::Broken;
    Severity severity = Severity::Error;
    std::string file;
    int line = 0;
    int column = 0;        ///< 0 = the line as a whole
    std::string message;   ///< what it is and what to do, for a person
    std::string excerpt;   ///< of a broken file: the line, or what lies around `column`
    int excerptColumn = 1; ///< of its first character
    std::string otherFile; ///< where the rule is that this one is compared with; empty = none
    int otherLine = 0;
    bool operator==(const RulesFinding&) const = default;
};

} // namespace exeat
