#pragma once

#include <string>

namespace exeat {

/** Whose rules lie in a folder, by its place only: what else is known of folders of rules, the service knows. */
enum class RulesPlaceKind {
    Codex,
    Exeat,
    Other, ///< nobody reads rules there
};

/** `file`: absolute path of a rules file. Pure but for CODEX_HOME; one thread. */
RulesPlaceKind rulesPlaceOf(const std::string& file);

} // namespace exeat
