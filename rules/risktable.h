#pragma once

#include <span>
#include <string_view>

/** What people should know of programs before they let them out. Names are hints, not a boundary. */
namespace exeat::rules {

enum class RiskWhen {
    Always,
    AnyIs,         ///< some argument is one of `words`
    AnyStartsWith, ///< some argument begins with one of `words`
};

enum class RiskLevel { Warning, EqualsNoSandbox };

/** One fact about programs. Names are without version numbers: "python" also means python3.11. */
struct RiskRow {
    std::span<const std::string_view> programs;
    RiskWhen when = RiskWhen::Always;
    std::span<const std::string_view> words;
    RiskLevel level = RiskLevel::Warning;
    std::string_view text;         ///< follows the program's name
    bool beforeSubcommand = false; ///< `words` are options that stand in front of a sub-command only
};

std::span<const RiskRow> riskTable();

/** Whether the row is about a program of this basename, version numbers left aside. */
bool isNamed(const RiskRow& row, std::string_view name);

} // namespace exeat::rules
