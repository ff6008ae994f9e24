#pragma once

#include <span>
#include <string_view>

namespace exeat {

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
    std::string_view text; ///< follows the program's name
};

std::span<const RiskRow> riskTable();

} // namespace exeat
