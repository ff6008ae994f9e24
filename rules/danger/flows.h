#pragma once

#include "rules/script/script.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exeat::danger {

/** Something of the list that is no single command's doing. */
struct Flow {
    std::string_view id;
    std::vector<std::string> command; ///< as Danger::command
    std::optional<std::string> text;  ///< instead of both: a script that a shell gets as its input
    std::optional<std::size_t> at;    ///< the command of the script whose start shows it
    bool needsInput = false; ///< only if what starts there reads a program from its input, which its words do not tell
};

/** Downloads and texts that flow into shells, output onto devices, functions that multiply themselves. */
std::vector<Flow> flowsOf(const script::Script& script);

/** Whether the command is a shell or interpreter that runs what comes from its input. */
bool runsItsInput(const std::vector<std::string>& argv);

} // namespace exeat::danger
