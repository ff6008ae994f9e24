#pragma once

#include "shared/domain/policysnapshot.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

/**
 * `requirements.toml`: prefix rules of a machine's administrator, which may only tighten (codex.md §2.5). Pure;
 * thread-safe. Whatever the text is, it ends within the bounds of limits.h.
 */
namespace exeat::rules {

/** Where a requirements file is wrong. Line and column are 1-based; 0 = nothing lies there. */
struct RequirementsError {
    std::string file;
    int line = 0;
    int column = 0;
    std::string key; ///< "rules.prefix_rules[2].pattern[0]"; empty: of the file as a whole
    std::string message;
    bool operator==(const RequirementsError&) const = default;
};

/** "FILE:LINE:COLUMN: KEY: MESSAGE", visible. */
std::string errorText(const RequirementsError& error);

struct Requirements {
    std::vector<PrefixRule> rules;  ///< of Layer::Requirements, none loosens
    std::vector<std::string> notes; ///< keys that are unknown and ignored, in words
};

/** Other sections than `[rules]` are Codex's own and not looked at. */
std::expected<Requirements, RequirementsError> parseRequirements(std::string_view text, const std::string& file);

} // namespace exeat::rules
