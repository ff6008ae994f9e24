#pragma once

#include <string>
#include <string_view>

namespace exeat {

/**
 * The file that Bash would execute for a command's first word, as it hands it to execve(2): a path stays as it is, a
 * name is looked for in `searchPath` (PATH; empty and relative entries mean `workdir`). Empty: there is none.
 */
std::string findProgram(const std::string& word, std::string_view searchPath, const std::string& workdir);

/** Bash does it itself and starts nothing. */
bool isShellBuiltin(std::string_view word);

} // namespace exeat
