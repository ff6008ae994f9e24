#pragma once

#include <cstdint>
#include <string>
#include <vector>

/** How far a repository's rules are trusted, as people see it. DESIGN.md §5. */
namespace exeat {

enum class RuleChangeKind { Adds, Drops, Changes };

/** To a command that a rule meets. What does both is said to loosen. */
enum class RuleChangeEffect { Nothing, Tightens, Loosens };

/** One declaration that came, went or became another. */
struct RuleChange {
    RuleChangeKind kind = RuleChangeKind::Adds;
    RuleChangeEffect effect = RuleChangeEffect::Loosens;
    std::string text; ///< visible, whole: "adds: allow `curl`"
    std::string file; ///< where it stands now, or stood
    int line = 0;
    bool operator==(const RuleChange&) const = default;
};

enum class TrustState {
    NotTrusted, ///< nothing of it was ever accepted
    Changed,    ///< something was, but not what lies there now
    Trusted,
};

/** How a project stands. */
struct TrustStatus {
    std::string directory; ///< symbolic links followed
    TrustState state = TrustState::NotTrusted;
    std::uint64_t loosening = 0; ///< declarations that would loosen and wait
    std::uint64_t held = 0;      ///< rules that ask or forbid, were removed, and hold until that is accepted
    bool waits() const { return loosening + held > 0; }
    bool operator==(const TrustStatus&) const = default;
};

/** That a person accepted a content. */
struct Acceptance {
    std::string hash;    ///< of the content, SHA-256 in hex
    std::int64_t at = 0; ///< milliseconds since 1970 UTC
    std::string who;     ///< "pid 4711 /usr/bin/exeat on pts/3"
    bool operator==(const Acceptance&) const = default;
};

/** What a person decides on. */
struct TrustView {
    TrustStatus status;
    std::string hash; ///< of what lies there now; an acceptance repeats it
    /**
     * From what was in force last and accepted (or nothing), with what was removed since and holds, to what lies there.
     * What loosens comes first.
     */
    std::vector<RuleChange> changes;
    std::vector<Acceptance> accepted;  ///< the last one is what the changes start from
    std::vector<std::string> problems; ///< why nobody can accept it: broken files, too much to look at
    bool operator==(const TrustView&) const = default;
};

/** A file of the user's that a person confirmed, by path and content. DESIGN.md §4.2. */
struct FileConfirmation {
    std::string path; ///< symbolic links followed
    std::string sha256;
    std::int64_t at = 0; ///< milliseconds since 1970 UTC
    std::string who;
    bool operator==(const FileConfirmation&) const = default;
};

} // namespace exeat
